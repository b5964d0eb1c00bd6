"""The control in the corner of a conditional model's map that chooses its condition."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from lacuna.core.scene.scene import Scene
from lacuna.core.session.session import Session

from ..widgets.canvas import plate
from ..widgets.combo_box import ComboBox
from .grid import EDGE

HELP = "This model draws what it is asked for: the whole map is of this one"


class ConditionBox(QWidget):
    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.label, self.choice = QLabel("Draws"), ComboBox()
        self.choice.setAccessibleName("What the model draws")
        for part in (self.label, self.choice):
            part.setToolTip(HELP)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self.label)
        row.addWidget(self.choice)
        self.choice.activated.connect(lambda row: session.set(condition=row))
        self.hide()

    def show_scene(self, scene: Scene | None, below: int) -> None:
        """Offer the scene's conditions; hide where it has none. below: pixels from the top."""
        names = () if scene is None else scene.conditions
        if names != tuple(map(self.choice.itemText, range(self.choice.count()))):
            self.choice.clear()
            self.choice.addItems(names)
        if scene is not None and scene.condition is not None:
            self.choice.setCurrentIndex(scene.condition)
        self.adjustSize()
        self.move(EDGE, EDGE + below)
        self.setVisible(bool(names))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plate(painter, QRectF(self.rect()))
        painter.end()
