"""The empty state of a panel: a sentence about what will be here, and a button that fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyState(QWidget):
    """A sentence in the middle, and a button where there is an action."""

    pressed = Signal()

    def __init__(self, sentence: str, action: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.button = QLabel(), QPushButton()
        self.label.setProperty("role", "secondary")
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button.clicked.connect(lambda: self.pressed.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addStretch()
        layout.addWidget(self.label)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self.set_text(sentence, action)

    def set_text(self, sentence: str, action: str = "") -> None:
        self.label.setText(sentence)
        self.button.setText(action)
        self.button.setVisible(bool(action))
