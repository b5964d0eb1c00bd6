"""What went wrong or was done, in one readable line; the traceback folds out below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer import icons, theme
from explorer.pieces.tip import tip

Kind = Literal["info", "error"]
Action = tuple[str, Callable[[], None]]  # label, what it does


class MessageBar(QWidget):
    """Hidden while there is nothing to say. A newer message replaces the older one."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = "info"
        self._earlier: list[str] = []
        self.label, self.count = QLabel(), QLabel()
        self.details_button, self.close_button = QPushButton("Details"), QToolButton()
        self.details, self.copy_button = QPlainTextEdit(), QPushButton("Copy")
        self._actions = QHBoxLayout()
        self._dress()
        self._lay_out()
        self.details_button.toggled.connect(self._unfold)
        self.close_button.clicked.connect(lambda: self.dismiss())
        self.copy_button.clicked.connect(self._copy)
        theme.notice.changed.connect(self._restyle)
        self.hide()

    def show_failure(
        self, sentence: str, details: str = "", actions: Sequence[Action] = ()
    ) -> None:
        """details: the traceback, folded away."""
        self._show("error", sentence, details, actions)

    def show_info(self, sentence: str, actions: Sequence[Action] = ()) -> None:
        self._show("info", sentence, "", actions)

    def dismiss(self) -> None:
        self._earlier = []
        self.label.clear()
        self.hide()
        self.dismissed.emit()

    def sentence(self) -> str:
        return self.label.text()

    def kind(self) -> Kind:
        return self._kind

    def earlier(self) -> list[str]:
        """What was said before and not dismissed, oldest first."""
        return list(self._earlier)

    def buttons(self) -> list[QPushButton]:
        """Those of the actions."""
        found = (self._actions.itemAt(i).widget() for i in range(self._actions.count()))
        return [button for button in found if isinstance(button, QPushButton)]

    def _show(self, kind: Kind, sentence: str, details: str, actions: Sequence[Action]) -> None:
        if not self.isHidden() and self.sentence():
            self._earlier.append(self.sentence())
        self._kind = kind
        self.label.setText(sentence)
        self.setAccessibleName(sentence)
        self.details.setPlainText(details)
        self.details_button.setChecked(False)
        self.details_button.setVisible(bool(details))
        self._count()
        self._offer(actions)
        self.show()
        self.update()

    def _count(self) -> None:
        self.count.setText(f"and {len(self._earlier)} earlier")
        self.count.setToolTip("<br>".join(tip(said) for said in self._earlier[-8:]))
        self.count.setVisible(bool(self._earlier))

    def _offer(self, actions: Sequence[Action]) -> None:
        for button in self.buttons():
            self._actions.removeWidget(button)
            button.hide()
            button.deleteLater()
        for label, act in actions:
            button = QPushButton(label)
            button.clicked.connect(lambda _=False, act=act: self._act(act))
            self._actions.addWidget(button)

    def _act(self, act: Callable[[], None]) -> None:
        self.dismiss()
        act()

    def _unfold(self, opened: bool) -> None:
        self.details.setVisible(opened)
        self.copy_button.setVisible(opened)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.sentence()}\n\n{self.details.toPlainText()}")

    def _dress(self) -> None:
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.count.setProperty("role", "secondary")
        for button in (self.details_button, self.copy_button):
            button.setProperty("role", "flat")
        self.details_button.setCheckable(True)
        self.details.setReadOnly(True)
        self.details.setFixedHeight(160)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName("Details")
        icons.give(self.close_button, "close")
        self.close_button.setToolTip("Close this message")
        self.close_button.setAccessibleName("Close this message")
        self._unfold(False)
        self._restyle()

    def _lay_out(self) -> None:
        line, below, whole = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        whole.setContentsMargins(16, 6, 8, 6)
        whole.setSpacing(6)
        line.setSpacing(8)
        line.addWidget(self.label, 1)
        line.addWidget(self.count)
        self._actions.setSpacing(8)
        line.addLayout(self._actions)
        line.addWidget(self.details_button)
        line.addWidget(self.close_button)
        below.addWidget(self.details, 1)
        below.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(line)
        whole.addLayout(below)

    def _restyle(self) -> None:
        self.details.setFont(theme.mono_font())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, worn = QPainter(self), theme.current()
        painter.fillRect(self.rect(), worn.colour("raised"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), worn.colour("hairline"))
        edge = worn.colour("error" if self._kind == "error" else "accent")
        painter.fillRect(QRectF(0, 0, 4, self.height()), edge)
        painter.end()
