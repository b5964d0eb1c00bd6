"""A card with one diagnosis of a model: severity, meaning, and a button that applies its remedy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.analysis.diagnosis.diagnosis import Diagnosis, Severity

from ..look import theme
from .canvas import Canvas, tinted
from .tip import tip

DOT = 8  # pixels of the design, across
PROMISE = (
    "Changes the settings on the Train page, and starts nothing. Then: {}. Undo takes it back."
)
TAKEN = "Done. Go to the Train page"


class Dot(Canvas):
    """A dot for the severity: red where it is serious, else amber."""

    def __init__(self, severity: Severity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity = severity

    def sizeHint(self) -> QSize:
        side = theme.current().px(DOT)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _paint(self, painter: QPainter) -> None:
        current, side = theme.current(), theme.current().px(DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        serious = self._severity == "serious"
        painter.setBrush(tinted("error") if serious else QColor(current.series[1]))
        painter.drawEllipse(QRectF(0, (self.height() - side) / 2, side, side))


class DiagnosisCard(QFrame):
    """One diagnosis with its remedy."""

    remedy_requested = Signal(object)  # the Remedy
    train_requested = Signal()  # go to the Train page, where the training is started

    def __init__(self, diagnosis: Diagnosis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.diagnosis, self._taken = diagnosis, False
        self.name, self.severity = QLabel(diagnosis.name), QLabel(diagnosis.severity.capitalize())
        self.number, self.sentence = (
            QLabel(_capitalised(diagnosis.number)),
            QLabel(diagnosis.sentence),
        )
        self.evidence, self.remedy = QLabel(f"See {diagnosis.evidence}."), QPushButton()
        self.consequences, self.changes = QLabel(_consequences(diagnosis)), QLabel()
        self.setProperty("surface", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{diagnosis.severity}: {diagnosis.name}, {diagnosis.number}")
        self._dress()
        self._lay_out()

    def set_changes(self, changes: Sequence[str], then: str) -> None:
        """Each setting that the remedy would change now, and what is done for a training then."""
        self._taken = not changes
        if self.diagnosis.remedy is not None:
            self.remedy.setText(self.diagnosis.remedy.sentence if changes else TAKEN)
            self.remedy.setToolTip(
                tip(PROMISE.format(then) if changes else f"{_capitalised(then)}.")
            )
            self.changes.setText("\n".join(changes))
            self.changes.setVisible(bool(changes))

    def _press(self) -> None:
        if self._taken:
            self.train_requested.emit()
        else:
            self.remedy_requested.emit(self.diagnosis.remedy)

    def _dress(self) -> None:
        self.name.setProperty("role", "number")
        self.severity.setProperty("role", "caption")
        for caption in (self.evidence, self.changes):
            caption.setProperty("role", "caption")
        self.consequences.setProperty("role", "secondary")
        self.consequences.setVisible(bool(self.diagnosis.consequences))
        self.sentence.setProperty("role", "secondary")
        for wrapped in (
            self.name,
            self.number,
            self.sentence,
            self.consequences,
            self.evidence,
            self.changes,
        ):
            wrapped.setWordWrap(True)
            wrapped.setTextFormat(Qt.TextFormat.PlainText)
        self.remedy.setVisible(self.diagnosis.remedy is not None)
        self.changes.hide()
        self.remedy.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.remedy.clicked.connect(self._press)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Dot(self.diagnosis.severity))
        head.addWidget(self.severity)
        head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(4)
        column.addLayout(head)
        for part in (self.name, self.sentence, self.number, self.consequences, self.evidence):
            column.addWidget(part)
        column.addSpacing(4)
        column.addWidget(self.remedy)
        column.addWidget(self.changes)


def _consequences(diagnosis: Diagnosis) -> str:
    """What follows from it, a line each"""
    lines = (f"\N{BULLET} {one.name}: {one.number}" for one in diagnosis.consequences)
    return "\n".join((f"{diagnosis.brings}:", *lines))


def _capitalised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
