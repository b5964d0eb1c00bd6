"""One thing that is wrong with a model: how serious, what it means, and a button that helps."""

from __future__ import annotations

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

from lacuna.core.analysis.diagnosis.case import Diagnosis, Severity

from ..look import theme
from .canvas import Canvas, tinted

DOT = 8  # pixels of the design, across
PROMISE = "Changes the settings on the Train page. You start the training; undo takes it back."
TAKEN = "Done. Go to the Train page"


class Dot(Canvas):
    """Red where it is serious, else amber; the word beside it says the same."""

    def __init__(self, severity: Severity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._severity = severity

    def sizeHint(self) -> QSize:
        side = theme.current().px(DOT)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _paint(self, painter: QPainter) -> None:
        worn, side = theme.current(), theme.current().px(DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        serious = self._severity == "serious"
        painter.setBrush(tinted("error") if serious else QColor(worn.series[1]))
        painter.drawEllipse(QRectF(0, (self.height() - side) / 2, side, side))


class DiagnosisCard(QFrame):
    remedy_wanted = Signal(object)  # the Remedy
    train_wanted = Signal()  # the page where what was taken is started

    def __init__(self, found: Diagnosis, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found, self._taken = found, False
        self.name, self.severity = QLabel(found.name), QLabel(found.severity.capitalize())
        self.number, self.sentence = QLabel(_begun(found.number)), QLabel(found.sentence)
        self.evidence, self.remedy = QLabel(f"See {found.evidence}."), QPushButton()
        self.setProperty("surface", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(f"{found.severity}: {found.name}, {found.number}")
        self._dress()
        self._lay_out()

    def set_taken(self, taken: bool) -> None:
        """Whether the settings are as the remedy wants them."""
        self._taken = taken
        if self.found.remedy is not None:
            self.remedy.setText(TAKEN if taken else self.found.remedy.sentence)
            self.remedy.setToolTip("" if taken else PROMISE)

    def _press(self) -> None:
        if self._taken:
            self.train_wanted.emit()
        else:
            self.remedy_wanted.emit(self.found.remedy)

    def _dress(self) -> None:
        self.name.setProperty("role", "number")
        self.severity.setProperty("role", "caption")
        self.evidence.setProperty("role", "caption")
        self.sentence.setProperty("role", "secondary")
        for wrapped in (self.name, self.number, self.sentence, self.evidence):
            wrapped.setWordWrap(True)
            wrapped.setTextFormat(Qt.TextFormat.PlainText)
        self.remedy.setVisible(self.found.remedy is not None)
        self.set_taken(False)
        self.remedy.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.remedy.clicked.connect(self._press)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Dot(self.found.severity))
        head.addWidget(self.severity)
        head.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(4)
        column.addLayout(head)
        for part in (self.name, self.sentence, self.number, self.evidence):
            column.addWidget(part)
        column.addSpacing(4)
        column.addWidget(self.remedy)


def _begun(said: str) -> str:
    """As a line of its own"""
    return said[:1].upper() + said[1:]
