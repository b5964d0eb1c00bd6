"""The line above each of two maps: which model it is of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from lacuna.core.figures.finding import grouped
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.session import Session

from ..look import icons
from ..widgets.elided_label import ElidedLabel
from ..widgets.tip import tip
from .titles import name_of, title_of


class ModelHeader(QWidget):
    """Name, dimension and step of the model of a map, with buttons at the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.name, self.model = QLabel(), ElidedLabel()
        self.remark, self.buttons = QLabel("cursor not linked"), QHBoxLayout()
        self.name.setProperty("role", "number")
        self.model.setProperty("role", "secondary")
        self.remark.setProperty("role", "caption")
        self.remark.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.model, 1)
        row.addWidget(self.remark)
        row.addLayout(self.buttons)
        self.buttons.setSpacing(0)
        self.setFixedHeight(32)
        on_panel(self)
        for field in (RESULTS.document, RESULTS.scene, SETTINGS.step, RESULTS.run):
            session.watch(field, lambda _: self._draw())

    def add_button(self, icon: str, title: str) -> QToolButton:
        button = QToolButton()
        icons.set_icon(button, icon)
        button.setToolTip(title)
        button.setAccessibleName(title)
        self.buttons.addWidget(button)
        return button

    def set_remark(self, remark: str) -> None:
        """What is not linked; empty where all is."""
        self.remark.setToolTip(tip(remark) if remark else "")
        self.remark.setVisible(bool(remark))

    def _draw(self) -> None:
        self.name.setText(name_of(self._session))
        scene = self._session.results.scene
        self.model.setText(
            f"{scene.latent}-D, step {grouped(scene.step)}" if scene else "no model yet"
        )
        self.setToolTip(tip(title_of(self._session)))


def on_panel(part: QWidget) -> None:
    """Paint it in the colour of the panels."""
    part.setProperty("surface", "panel")
    part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
