"""Which scenes of a training are drawn: drawing may take a share of the time, not all of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..scene.scene import Scene
from ..scene.timeline import Timeline, extended, is_spaced

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


class PacedTimeline:
    """Puts what a training comes to on a timeline, at a pace that leaves time to train."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self._passed: list[Scene] = []  # newer than the timeline, to join it with the next drawn

    def add(
        self, timeline: Timeline, scene: Scene, kept: Scene | None, *, at_once: bool
    ) -> Timeline:
        """The timeline to draw now that there is `scene`: the same one until that is due."""
        if self.pace.due or at_once or not timeline:
            self.pace.begin()
            return self.complete(timeline, scene, kept)
        if is_spaced(scene.step, (*timeline, *self._passed)[-1].step):
            self._passed.append(scene)
        return timeline

    def complete(self, timeline: Timeline, scene: Scene, kept: Scene | None) -> Timeline:
        """The timeline up to `scene`, with those that nobody had the time to draw."""
        passed, self._passed = self._passed, []
        for shot in (*passed, scene):
            timeline = extended(timeline, shot, kept)
        return timeline

    def clear(self) -> None:
        """Another training begins."""
        self._passed = []
