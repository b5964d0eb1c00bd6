"""A combo box with its name beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ..look import theme
from .combo_box import ComboBox

Key = str | None
NAME = 54  # pixels of the design: the boxes of several stand under each other


class LabelledCombo(QWidget):
    """Chooses one of a few keys."""

    chosen = Signal(object)  # a key

    def __init__(
        self, name: str, options: Mapping[Key, str], parent: QWidget | None = None
    ) -> None:
        """options: key -> as read, beginning with a capital on screen"""
        super().__init__(parent)
        self.keys = tuple(options)
        self.label, self.box = QLabel(name), ComboBox()
        self.box.addItems([text[:1].upper() + text[1:] for text in options.values()])
        self.box.setAccessibleName(name)
        self.box.setMinimumContentsLength(12)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.label.setMinimumWidth(theme.current().px(NAME))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 0)
        layout.setSpacing(8)
        layout.addWidget(self.label)
        layout.addWidget(self.box, 1)
        self.box.activated.connect(self._did_choose)

    def value(self) -> Key:
        return self.keys[self.box.currentIndex()]

    def show_value(self, key: Key) -> None:
        """Shows a value and emits nothing."""
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.keys.index(key))

    def _did_choose(self, row: int) -> None:
        self.chosen.emit(self.keys[row])
