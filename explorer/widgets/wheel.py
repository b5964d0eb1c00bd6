"""What the mouse wheel does to a choice, a number or a slider: nothing, unless Ctrl is held.

A page is scrolled with the mouse over them, and whatever was chosen last has the keyboard.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox


def need_ctrl(widget: QComboBox | QAbstractSpinBox | QAbstractSlider) -> None:
    """Only Ctrl and the wheel change `widget`, by single steps; else the page below scrolls."""
    widget.installEventFilter(_Wheel(widget))


class _Wheel(QObject):
    def __init__(self, widget: QComboBox | QAbstractSpinBox | QAbstractSlider) -> None:
        super().__init__(widget)
        self._widget = widget

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QWheelEvent):
            return False
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._widget.wheelEvent(_without_keys(event))  # with Ctrl, Qt steps ten at a time
            event.accept()
        else:
            event.ignore()
        return True


def _without_keys(event: QWheelEvent) -> QWheelEvent:
    return QWheelEvent(
        event.position(),
        event.globalPosition(),
        event.pixelDelta(),
        event.angleDelta(),
        event.buttons(),
        Qt.KeyboardModifier.NoModifier,
        event.phase(),
        event.inverted(),
    )
