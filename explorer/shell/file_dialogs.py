"""File dialogs: which files a session opens, follows and saves, and which were opened recently."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from lacuna.core.data.titles import data_title
from lacuna.core.documents.archive import SUFFIX
from lacuna.core.documents.document import Document
from lacuna.core.engine.errors import Problem
from lacuna.core.files.locations import bundled
from lacuna.core.models.registry import name_of
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.session import Session

from ..look import preferences
from ..widgets.file_choice import file_to_open, file_to_save
from .anchors import Anchors
from .message_bar import MessageBar

MODELS = f"Lacuna (*{SUFFIX})"
PAGES = "Web page (*.html)"


class Files(QObject):
    """Asks for files over `owner`, opens and saves them, and remembers the recent ones."""

    remembered = Signal()

    def __init__(
        self, session: Session, messages: MessageBar, anchors: Anchors, owner: QWidget
    ) -> None:
        super().__init__(owner)
        self._session, self._messages, self._anchors = session, messages, anchors
        self._owner = owner
        self._path: Path | None = None  # of the session, as it was when last remembered
        session.notices.listen(lambda _: self._remember())
        session.watch(RESULTS.document, lambda _: self._remember())

    # ---- opening ----

    def ask_open(self) -> None:
        if path := file_to_open(self._owner, "Open", MODELS):
            self.open(path)

    def open(self, path: Path) -> None:
        self._anchors.awaited = False
        self._session.files.open(path)

    def ask_follow(self) -> None:
        """Ask which file another program trains into, and follow it."""
        if path := file_to_open(self._owner, "Follow a run", MODELS):
            self.follow(path)

    def follow(self, path: Path) -> None:
        self._anchors.awaited = False
        self._session.files.follow(path)

    def open_model(self, path: Path) -> None:
        """One of the gallery: a bundled one with A and B, so that there is something to touch."""
        if path in bundled().values():
            self._anchors.awaited = True
            self._session.files.open(path, whose="bundled")
        else:
            self.open(path)

    # ---- saving ----

    def save(self) -> None:
        if self._session.files.path is None:
            self.ask_save()
        else:
            self._save(self._session.files.path)

    def ask_save(self) -> None:
        document = self._session.results.document
        proposed = (
            self._session.files.path or (document and proposed_name(document)) or f"model{SUFFIX}"
        )
        if path := file_to_save(self._owner, "Save as", str(proposed), MODELS):
            self._save(path, over=True)

    def _save(self, path: Path, over: bool = False) -> None:
        try:
            self._session.files.save(path, over=over)
        except Problem as problem:
            again = ("Save over it", lambda: self._save(path, over=True))
            self._messages.show_failure(str(problem), "", () if over else (again,))

    def ask_report(self) -> None:
        """Ask where the geometry report is to be written."""
        if path := file_to_save(self._owner, "Save the report as", "geometry.html", PAGES):
            self._session.exports.geometry_report(path)

    def _remember(self) -> None:
        """Put the session's file among the recent ones, once it has been read or written."""
        path = self._session.files.path
        if path != self._path:
            self._path = path
            if path is not None:
                preferences.remember(path)
                self.remembered.emit()


def proposed_name(document: Document) -> str:
    """A file name made of data and family, e.g. drawn-digits-vae.lacuna."""
    data = document.data
    title = Path(data.folder).stem if data.folder else data_title(data.name).split(":")[-1]
    words = re.findall(r"\w+", title.lower())
    return "-".join([*words, name_of(document.config)]) + SUFFIX
