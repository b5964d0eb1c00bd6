"""The message bar: one line about an error or a result, with its traceback folded below.

It floats over the map: nothing makes room for it, so nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..look import icons, theme
from ..widgets.tip import tip
from .message_stack import Action, Kind, Message, MessageStack

EDGE = 12  # from the border of what it floats over
LASTING = 6000  # milliseconds that a notice is shown
WIDEST = 640  # of a line that is easily read
STIRS = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class MessageBar(QWidget):
    """Hidden while there is nothing to say. A newer message lies over the older one.

    One that offers something comes back once those over it are closed. A notice goes by itself,
    unless the mouse rests on it; a failure stays until it is closed.
    """

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None, lasting: int = LASTING) -> None:
        """lasting: milliseconds that a notice is shown"""
        super().__init__(parent)
        self.stack = MessageStack()
        self.timer = QTimer(self, interval=lasting, singleShot=True)
        self._over: QWidget | None = None
        self._left: tuple[QWidget, ...] = ()
        self._right: tuple[QWidget, ...] = ()
        self.label, self.count = QLabel(), QLabel()
        self.details_button, self.close_button = QPushButton("Details"), QToolButton()
        self.details, self.copy_button = QPlainTextEdit(), QPushButton("Copy")
        self._actions = QHBoxLayout()
        self.buttons: list[QPushButton] = []  # of the actions
        self._whole = QVBoxLayout(self)
        self._dress()
        self._lay_out()
        self.details_button.toggled.connect(self._unfold)
        self.close_button.clicked.connect(lambda: self.dismiss())
        self.copy_button.clicked.connect(self._copy)
        self.timer.timeout.connect(self._time_out)
        theme.notice.changed.connect(self._restyle)
        self.hide()

    def float_over(
        self, view: QWidget, left: Sequence[QWidget] = (), right: Sequence[QWidget] = ()
    ) -> None:
        """Lie over the top of `view`, below what it has in its left corner, beside the right."""
        self._over, self._left, self._right = view, tuple(left), tuple(right)
        for part in (view, *left, *right):
            part.installEventFilter(self)
        self._place()

    def show_failure(
        self, sentence: str, details: str = "", actions: Sequence[Action] = ()
    ) -> None:
        """details: the traceback, folded away."""
        self._show("error", sentence, details, actions)

    def show_info(self, sentence: str, actions: Sequence[Action] = ()) -> None:
        self._show("info", sentence, "", actions)

    def dismiss(self) -> None:
        """Close what is shown."""
        focused = QApplication.focusWidget()
        answered = focused is not None and self.isAncestorOf(focused)
        self.stack.dismiss()
        self._draw()
        if answered and self._over is not None:
            self._over.setFocus()
        self.dismissed.emit()

    def withdraw(self, sentence: str) -> None:
        """Remove a message whose offer no longer holds."""
        self.stack.withdraw(sentence)
        self._draw()

    def expire(self) -> None:
        """Remove the notices: something else is being done."""
        if self.stack.expire():
            self._draw()

    def sentence(self) -> str:
        return self.stack.shown.sentence if self.stack.shown else ""

    def kind(self) -> Kind:
        return self.stack.shown.kind if self.stack.shown else "info"

    def _time_out(self) -> None:
        if self.underMouse():
            self.timer.start()
        else:
            self.expire()

    def _show(self, kind: Kind, sentence: str, details: str, actions: Sequence[Action]) -> None:
        self.stack.add(Message(kind, sentence, details, tuple(actions)))
        self.timer.start()
        self._draw()

    def _draw(self) -> None:
        message = self.stack.shown
        self.label.setText(self.sentence())
        if message is not None:
            self.setAccessibleName(message.sentence)
            self.details.setPlainText(message.details)
            self.details_button.setChecked(False)
            self.details_button.setVisible(bool(message.details))
            self._count()
            self._offer(message.actions)
        self.setVisible(message is not None)
        self._place()
        self.update()

    def _count(self) -> None:
        earlier = self.stack.earlier
        self.count.setText(f"and {len(earlier)} earlier")
        self.count.setToolTip("<br>".join(tip(sentence) for sentence in earlier[-8:]))
        self.count.setVisible(bool(earlier))

    def _offer(self, actions: Sequence[Action]) -> None:
        for button in self.buttons:
            self._actions.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for label, act in actions:
            button = QPushButton(label)
            button.clicked.connect(lambda _=False, act=act: self._act(act))
            self._actions.addWidget(button)
            self.buttons.append(button)
            button.show()

    def _act(self, act: Callable[[], None]) -> None:
        self.dismiss()
        act()

    def _unfold(self, opened: bool) -> None:
        self.details.setVisible(opened)
        self.copy_button.setVisible(opened)
        self._place()

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
        icons.set_icon(self.close_button, "close")
        self.close_button.setToolTip("Close this message")
        self.close_button.setAccessibleName("Close this message")
        self._unfold(False)
        self._restyle()

    def _lay_out(self) -> None:
        line, below, self._foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._whole.setContentsMargins(16, 6, 8, 8)
        self._whole.setSpacing(6)
        line.setSpacing(8)
        line.addWidget(self.label, 1)
        line.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._actions.setSpacing(8)
        self._foot.setSpacing(8)
        self._foot.addWidget(self.count)
        self._foot.addStretch()
        self._foot.addWidget(self.details_button)
        self._foot.addLayout(self._actions)
        below.addWidget(self.details, 1)
        below.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        for part in (line, self._foot, below):
            self._whole.addLayout(part)

    def _place(self) -> None:
        """Move it into place, as wide as its text needs where there is room."""
        parent = self.parentWidget()
        if self._over is None or parent is None or self.stack.shown is None:
            return
        corner = [part.geometry() for part in self._left if not part.isHidden()]
        top = max([0, *(box.bottom() + 1 for box in corner)])
        beside = [part.geometry().left() for part in self._right if not part.isHidden()]
        free = min([self._over.width(), *beside]) - 2 * EDGE
        wide = min(WIDEST, free, self._natural_width())
        self._whole.invalidate()
        self._whole.activate()  # what has just been shown or hidden counts
        self.resize(wide, self.heightForWidth(wide))
        self.move(self._over.mapTo(parent, QPoint(EDGE, top + EDGE)))
        self.raise_()

    def _natural_width(self) -> int:
        """The width of the sentence on one line and of what is below it."""
        if not self.details.isHidden():
            return WIDEST
        words = self.label.fontMetrics().horizontalAdvance(self.sentence()) + 8
        across = 24 + 8 + self.close_button.sizeHint().width()
        return max(words + across, self._foot.sizeHint().width() + 24)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in STIRS:
            self._place()
        return super().eventFilter(watched, event)

    def _restyle(self) -> None:
        self.details.setFont(theme.mono_font())
        self._place()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, current, outline = QPainter(self), theme.current(), QPainterPath()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline.addRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.fillPath(outline, current.colour("raised"))
        painter.setClipPath(outline)
        edge = current.colour("error" if self.kind() == "error" else "accent")
        painter.fillRect(QRectF(0, 0, 4, self.height()), edge)
        painter.setClipping(False)
        painter.strokePath(outline, current.colour("hairline"))
        painter.end()
