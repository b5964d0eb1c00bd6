"""Notices: sentences that are no state, and the newest failure until it has been read."""

from __future__ import annotations

from collections.abc import Callable

from ..engine.errors import Failure
from .store import Store


class Notices:
    """Passes sentences on to whoever listens, and keeps the newest failure."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: list[Callable[[str], None]] = []

    def post(self, sentence: str) -> None:
        """Something was done: whoever listens shows it once."""
        for listener in self._listeners:
            listener(sentence)

    def listen(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with every sentence from now on."""
        self._listeners.append(listener)

    def fail(self, error: Exception) -> None:
        """Something went wrong."""
        self._store.update(failure=Failure.of(error))

    def dismiss(self) -> None:
        """The newest failure has been read."""
        self._store.update(failure=None)
