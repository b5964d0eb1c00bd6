"""A page: a column of parts that scrolls where the window is too low for it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class Page(QScrollArea):
    """The base of the panels at both sides of the map."""

    def __init__(self, spacing: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        body = QWidget()
        body.setObjectName("page")
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(12, 8, 12, 12)
        self.column.setSpacing(spacing)
        self.column.addStretch()
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def add(self, *parts: QWidget) -> None:
        """Below what is there, from the top down."""
        for part in parts:
            self.column.insertWidget(self.column.count() - 1, part)
