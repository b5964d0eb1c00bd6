"""A titled part of a panel that folds away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from superqt import QCollapsible

from ..look import icons

UNBOUNDED = 16777215  # Qt's own greatest height of a widget


class Section(QCollapsible):
    """Folds at once. What is folded is hidden, so that the keyboard passes over it."""

    def __init__(self, title: str, opened: bool = True) -> None:
        super().__init__(title, None, icons.icon("down"), icons.icon("right"))
        self.header, self.body = self.toggleButton(), QWidget()
        self.header.setStyleSheet("")  # the program's own
        self.header.setProperty("role", "header")
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(4, 4, 4, 12)
        self.rows.setSpacing(8)
        self.content().hide()
        self.setContent(self.body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setDuration(0)
        if (layout := self.layout()) is not None:
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
            layout.setAlignment(Qt.AlignmentFlag(0))  # else wrapped text is given one line less
        self.toggled.connect(self._draw)
        self.expand(animate=False) if opened else self._draw(False)

    def add(self, widget: QWidget) -> None:
        self.rows.addWidget(widget)

    def set_open(self, opened: bool) -> None:
        if opened != self.isExpanded():
            self.expand(animate=False) if opened else self.collapse(animate=False)

    def _draw(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self.body.setMaximumHeight(UNBOUNDED)  # wrapped text grows where the panel is narrow
        icons.set_icon(self.header, "down" if opened else "right", lit=False)
        self.header.setAccessibleDescription("Open" if opened else "Closed")
