"""A named choice of one among a few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget


class Choice(QWidget):
    chosen = Signal(object)  # a key

    def __init__(
        self, name: str, options: Mapping[Any, str], parent: QWidget | None = None
    ) -> None:
        """options: key -> as read"""
        super().__init__(parent)
        self._keys = tuple(options)
        self.label, self.box = QLabel(name), QComboBox()
        self.box.addItems(list(options.values()))
        self.box.setAccessibleName(name)
        self.box.setMinimumContentsLength(12)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(8)
        layout.addWidget(self.label)
        layout.addWidget(self.box, 1)
        self.box.activated.connect(lambda row: self.chosen.emit(self._keys[row]))

    def value(self) -> Any:
        return self._keys[self.box.currentIndex()]

    def show_value(self, key: Any) -> None:
        """Shows a value and emits nothing."""
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self._keys.index(key))
