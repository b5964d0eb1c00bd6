"""The animation from one window of the plane to another."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QVariantAnimation, Signal
from PySide6.QtWidgets import QStyle, QWidget

from lacuna.core.geometry.map.grid import Window

SPAN = 160  # ms


class Flight(QVariantAnimation):
    """The one motion there is, for it explains where one goes; none where the desktop asks so."""

    moved = Signal(object, bool)  # the window, and whether there is more to come

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._start = self._end = (0.0, 1.0, 0.0, 1.0)
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(SPAN)
        self.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self.valueChanged.connect(self._step)
        self.finished.connect(lambda: self.moved.emit(self._end, False))

    def go(self, start: Window, end: Window) -> None:
        """One gesture, whatever is on the way."""
        self.stop()
        self._start, self._end = start, end
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        if start == end or not self._owner.style().styleHint(hint, None, self._owner):
            self.moved.emit(end, False)
        else:
            self.start()

    def _step(self, share: float) -> None:
        pairs = zip(self._start, self._end, strict=True)
        self.moved.emit(tuple(a + share * (b - a) for a, b in pairs), True)
