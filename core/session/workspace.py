"""Two sessions side by side: what is looked at in one is looked at in the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..geometry.map.grid import Window
from .fields import EVERY_SETTING, RESULTS
from .session import Session
from .settings import Point
from .state import same

VIEWS = (
    "threshold", "detector", "layers", "height", "shape", "families", "family", "travel",
)  # fmt: skip
PLACES = ("cursor", "through", "start", "end")  # linked in spaces of as many dimensions
CLASSES = ("target", "condition")  # linked where the classes are the same
LINKED = ("window", "picked", *VIEWS, *PLACES, *CLASSES)


class Workspace:
    """Links `second` to `first` until it is closed. What is taken back is the newest gesture.

    A gesture in one session is followed by the other without one of its own, so one undo takes
    back both. A session that has just been opened looks where the other looks: the second where
    the first does.
    """

    def __init__(self, first: Session, second: Session) -> None:
        self.first, self.second = first, second
        self._leading = True  # else the change that is heard is one that we make ourselves
        self._made: list[Session] = []  # whose gesture it was, oldest first
        self._undone: list[Session] = []
        self._ends: list[Callable[[], None]] = []  # of what is watched
        self._watch(first, second)
        self._watch(second, first)

    def close(self) -> None:
        """Unlink them, and forget all that the second was at."""
        while self._ends:
            self._ends.pop()()
        self.second.close()

    @property
    def remark(self) -> str:
        """What cannot be linked, in a sentence; empty where all is."""
        one, other = self.first.results.scene, self.second.results.scene
        if one is None or other is None or one.latent == other.latent:
            return ""
        return (
            f"The spaces have {one.latent} and {other.latent} dimensions: a place of one is none "
            "of the other, and each map has a cursor of its own."
        )

    # ---- undo ----

    @property
    def can_undo(self) -> bool:
        self._count()
        return bool(self._made)

    @property
    def can_redo(self) -> bool:
        return any(session.history.can_redo for session in self._undone)

    def undo(self) -> None:
        """Take the newest gesture back, whichever session it was made in."""
        if self.can_undo:
            session = self._made.pop()
            self._undone.append(session)
            session.history.undo()

    def redo(self) -> None:
        while self._undone:
            session = self._undone.pop()
            if session.history.can_redo:
                self._made.append(session)
                session.history.redo()
                return

    def _count(self) -> None:
        """Whose gestures have come and gone since the last call."""
        for session in (self.first, self.second):
            new = session.history.gestures - self._made.count(session)
            if new > 0:
                self._made += [session] * new
                self._undone.clear()
            for _ in range(-new):
                newest = len(self._made) - 1 - self._made[::-1].index(session)
                del self._made[newest]

    # ---- links ----

    def _watch(self, one: Session, other: Session) -> None:
        for name, field in EVERY_SETTING.items():
            self._ends.append(one.watch(field, partial(self._changed, one, other, name)))
        self._ends.append(one.watch(RESULTS.document, lambda _: self._settle()))
        self._ends.append(one.watch(RESULTS.dataset, lambda _: self._share(one, other)))

    def _changed(self, one: Session, other: Session, name: str, _: Any) -> None:
        self._count()
        if name in LINKED:
            self._forward(one, other, (name,))

    def _settle(self) -> None:
        """Another model is shown in one of them."""
        self._share(self.first, self.second)
        self._share(self.second, self.first)
        self._forward(self.first, self.second, LINKED)

    @staticmethod
    def _share(one: Session, other: Session) -> None:
        """Images are read once."""
        if one.results.dataset is not None:
            other.images.share(one.results.dataset)

    def _forward(self, one: Session, other: Session, names: tuple[str, ...]) -> None:
        if not self._leading or one.results.scene is None or other.results.scene is None:
            return
        meant = {name: self._meant(one, other, name) for name in names}
        news = {key: it for key, it in meant.items() if not same(it, getattr(other.settings, key))}
        if news:
            self._leading = False
            try:
                other.history.adjust(**news)
            finally:
                self._leading = True

    def _meant(self, one: Session, other: Session, name: str) -> Any:
        """What a setting of `one` comes to in `other`: what it has where the two are not linked."""
        setting, kept = getattr(one.settings, name), getattr(other.settings, name)
        here, there = one.results.scene, other.results.scene
        assert here is not None, f"{one.name} is shown"
        assert there is not None, f"{other.name} is shown"
        if name == "window":
            return reshaped(setting, kept)
        if name == "picked":
            return same_image(one, other)
        if name in PLACES and here.latent != there.latent:
            return kept
        if name in CLASSES and (here.classes, here.conditions) != (there.classes, there.conditions):
            return kept
        return setting


def reshaped(window: Window, like: Window) -> Window:
    """The same middle square as `window`, in the shape of `like`; `like` where it is that already.

    A map shows what it is asked for widened to its own shape. What two maps of any shapes share
    is the square in the middle.
    """
    (x, y, half), (*_, narrow) = _square(window), _square(like)
    if np.allclose(_square(window), _square(like), rtol=0, atol=1e-6 * half):
        return like
    across, up = half * (like[1] - like[0]) / 2 / narrow, half * (like[3] - like[2]) / 2 / narrow
    return x - across, x + across, y - up, y + up


def _square(window: Window) -> tuple[float, float, float]:
    """The middle of the window and half of its shorter side"""
    left, right, bottom, top = window
    return (left + right) / 2, (bottom + top) / 2, min(right - left, top - bottom) / 2


def same_image(one: Session, other: Session) -> Point | None:
    """Where `other` encodes the image that is picked in `one`; None where it does not say."""
    z, here, there = one.settings.picked, one.results.cloud, other.results.cloud
    alike = one.results.source == other.results.source
    if z is None or here is None or there is None or not alike or here.means.shape[1] != len(z):
        return None
    row = int(((here.means - np.asarray(z, np.float32)) ** 2).sum(1).argmin())
    rows = np.flatnonzero(there.index == here.index[row])
    return tuple(map(float, there.means[rows[0]])) if len(rows) else None
