"""Kept runs: trainings that were not saved, to open or to discard."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from lacuna.core.data.titles import data_title
from lacuna.core.documents import autosave
from lacuna.core.documents.document import Document
from lacuna.core.engine.errors import Problem
from lacuna.core.figures.finding import grouped
from lacuna.core.models.registry import family_of
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.session import Session

from .message_bar import MessageBar


class KeptRuns(QObject):
    """Looks for kept runs when a training ends or another model is opened, and offers them."""

    changed = Signal(object)  # the paths of all, the newest first

    def __init__(self, session: Session, messages: MessageBar, owner: QObject) -> None:
        super().__init__(owner)
        self._session, self._messages = session, messages
        self._known: set[Path] = set()
        self._offers: list[tuple[Path, str]] = []  # what was offered to be done with which
        self._soon = QTimer(self, singleShot=True, interval=0)  # once the session is done with it
        self._soon.timeout.connect(self.look)
        session.watch(RESULTS.run, lambda _: self._soon.start())
        session.watch(RESULTS.document, self._did_show)

    def offer(self) -> None:
        """Offer the newest, at the start of the program."""
        paths = self._list()
        if not paths:
            return
        path, others = paths[0], len(paths) - 1
        sentence = f"The {_training(path)} was not saved: it is kept."
        if others:
            sentence += f" {others + 1} such runs are listed under Explore."
        acts = ("Open it", partial(self.open, path)), ("Discard it", partial(self.discard, path))
        self._messages.show_info(sentence, acts)
        self._offers.append((path, sentence))

    def look(self) -> None:
        """Show a message for new ones, and withdraw the offers of those that are gone."""
        before, now = self._known, self._list()
        new = [path for path in now if path not in before]
        for path, sentence in self._offers:
            if path not in now:
                self._messages.withdraw(sentence)
        self._offers = [(path, sentence) for path, sentence in self._offers if path in now]
        if new:
            sentence = f"The {_training(new[0])} is kept: it is listed under Explore."
            self._messages.show_info(sentence)

    def open(self, path: Path) -> None:
        self._session.files.open(path, whose="kept")

    def discard(self, path: Path) -> None:
        """Ask once whether it may go."""
        sentence = f"Delete the {_training(path)} for good? It is in no file of yours."
        keep = ("Keep it", lambda: None)
        self._messages.show_info(sentence, (keep, ("Delete it", partial(self._delete, path))))
        self._offers.append((path, sentence))

    def _delete(self, path: Path) -> None:
        try:
            autosave.discard(path)
        except Problem as problem:
            self._messages.show_failure(str(problem))
        self.look()

    def _list(self) -> list[Path]:
        paths = autosave.interrupted()
        self._known = set(paths)
        self.changed.emit(paths)
        return paths

    def _did_show(self, _: Document | None) -> None:
        """Another model has been opened: what was trained before it has been left."""
        if self._session.results.run == "idle":
            self._soon.start()


def describe(path: Path) -> tuple[str, str]:
    """What a kept run is of, and how far it came."""
    head, begun = autosave.read_info(path), f"begun {autosave.begun_at(path)}"
    if head is None:
        return "A run that cannot be read", begun
    model = family_of(head.model).title
    return data_title(head.data.name), f"{model}, step {grouped(head.step)}, {begun}"


def _training(path: Path) -> str:
    """A training in words, for a sentence."""
    data, rest = describe(path)
    return f"training of {data} ({rest})"
