"""How often a training is drawn: drawing may take a share of the time, not all of it."""

from __future__ import annotations

import time
from collections.abc import Callable

REST = 4.0  # times as long as a picture took to draw, before the next one is begun


class Pace:
    """Lanes share a machine: a map that is redrawn without a rest slows training by a third."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._ended = float("-inf")
        self.drawing = False

    def begin(self) -> None:
        """A new picture is being drawn."""
        self._began, self.drawing = self._clock(), True

    def end(self) -> None:
        """It is complete."""
        if self.drawing:
            self._ended, self.drawing = self._clock(), False

    @property
    def due(self) -> bool:
        """Whether the one before is complete and the rest after it is over."""
        if self.drawing:
            return False
        took = self._ended - self._began if self._ended > float("-inf") else 0.0
        return self._clock() - self._ended >= REST * took
