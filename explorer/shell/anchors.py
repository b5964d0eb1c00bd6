"""Places A and B, the ends of a path, where nobody has placed them."""

from __future__ import annotations

from lacuna.core.session.anchors import suggested
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Point


class Anchors:
    """Places A and B on request, or on the next codes where `awaited`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.awaited = False  # whether the next codes are to bring them
        session.watch(RESULTS.codes, lambda _: self._bring())

    def place(self) -> None:
        if self._session.results.scene is not None:
            start, end = self._suggested()
            self._session.set(start=start, end=end, target=None, travel=0.0)

    def _bring(self) -> None:
        if self.awaited and self._session.results.codes is not None:
            self.awaited = False
            if self._session.settings.start is None:
                start, end = self._suggested()
                self._session.history.adjust(start=start, end=end)  # nobody did it: nothing to undo

    def _suggested(self) -> tuple[Point, Point]:
        scene = self._session.results.scene
        assert scene is not None
        return suggested(self._session.results.codes, scene.latent)
