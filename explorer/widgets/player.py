"""A player: the clock of a play button, from which a position is moved along."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWidgets import QToolButton

from ..look import icons


class Player(QObject):
    """Runs until it is stopped; its button shows whether it does."""

    ticked = Signal(float)  # time since the start, as a share of `seconds`

    def __init__(self, button: QToolButton, interval: int) -> None:
        """interval: milliseconds between two ticks."""
        super().__init__(button)
        self.seconds = 4.0  # from one end to the other
        self._button, self._clock = button, QElapsedTimer()
        self._timer = QTimer(self, interval=interval)
        self._timer.timeout.connect(self._tick)
        icons.set_icon(button, "play")

    def is_playing(self) -> bool:
        return self._timer.isActive()

    def start(self) -> None:
        self._clock.start()
        self._timer.start()
        icons.set_icon(self._button, "pause")

    def stop(self) -> None:
        self._timer.stop()
        icons.set_icon(self._button, "play")

    def _tick(self) -> None:
        self.ticked.emit(self._clock.elapsed() / 1000 / self.seconds)
