"""A titled part of a panel that folds away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ..look import icons


class Section(QWidget):
    toggled = Signal(bool)  # open

    def __init__(self, title: str, opened: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header, self.body = QToolButton(), QWidget()
        self.header.setText(title)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.setProperty("role", "header")
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(4, 4, 4, 12)
        self.content.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.body)
        self.header.clicked.connect(lambda: self.set_open(not self.is_open()))
        self._show(opened)

    def add(self, widget: QWidget) -> None:
        self.content.addWidget(widget)

    def is_open(self) -> bool:
        return not self.body.isHidden()

    def set_open(self, opened: bool) -> None:
        if opened != self.is_open():
            self._show(opened)
            self.toggled.emit(opened)

    def _show(self, opened: bool) -> None:
        self.body.setVisible(opened)
        icons.set_icon(self.header, "down" if opened else "right")
        self.header.setAccessibleDescription("Open" if opened else "Closed")
