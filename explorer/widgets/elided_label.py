"""A line of text that ends in … where it is longer than its place; its tooltip holds all of it."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy
from superqt import QElidingLabel


class ElidedLabel(QElidingLabel):
    """An eliding label whose width gives way to its neighbours'."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
