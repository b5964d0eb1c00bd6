"""The losses of kept runs, to be laid over those of the run that is shown."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton

from lacuna.core.data.titles import data_title
from lacuna.core.documents import autosave
from lacuna.core.documents.document import History
from lacuna.core.models.registry import family_of

from ..widgets import tooltips

LAST = 8  # kept runs that are offered, the newest first
NONE = "No kept run has losses in this unit"
Terms = dict[str, tuple[list[int], list[float]]]  # the name of a term -> steps, values


class RunOverlays(QPushButton):
    """A button with a menu of the last kept runs: those that are checked are laid over."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__("Lay over…")
        self._unit = ""
        self._chosen: dict[Path, tuple[str, Terms]] = {}  # the name of each, and its losses
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._offer)
        self.setMenu(self._menu)
        self.setProperty("role", "flat")
        self.setToolTip("Draw the losses of the last kept runs into the same chart")

    def set_unit(self, unit: str) -> None:
        """Of the shown losses: those of another unit cannot lie over them."""
        if unit != self._unit:
            self._unit = unit
            self._chosen.clear()
            self.changed.emit()

    def runs(self) -> dict[str, Terms]:
        """Those that are chosen: name -> losses."""
        return dict(self._chosen.values())

    def choose(self, path: Path, chosen: bool) -> None:
        """Lay a run over, or take it away."""
        head = autosave.read_info(path)
        self._chosen.pop(path, None)
        if chosen and head is not None:
            self._chosen[path] = run_name(path, head), losses_of(head.history)
        self.changed.emit()

    def _offer(self) -> None:
        """The newest runs as they are now; one that is gone stays chosen until it is unchecked."""
        self._menu.clear()
        heads = {path: autosave.read_info(path) for path in autosave.interrupted()[:LAST]}
        names = {path: name for path, (name, _) in self._chosen.items()}
        for path, head in heads.items():
            if head is not None and head.history and family_of(head.model).unit == self._unit:
                names[path] = run_name(path, head)
        for path, name in names.items():
            self._add(path, name)
        if not names:
            self._menu.addAction(NONE).setEnabled(False)

    def _add(self, path: Path, name: str) -> None:
        action = QAction(name, self._menu)
        action.setCheckable(True)
        action.setChecked(path in self._chosen)
        action.toggled.connect(lambda on: self.choose(path, on))
        self._menu.addAction(action)


def run_name(path: Path, head: autosave.RunInfo) -> str:
    """What it learned, which model, and when it began: two runs differ in it."""
    title = family_of(head.model).title
    return f"{data_title(head.data.name)}, {title}, {autosave.begun_at(path)}"


def losses_of(history: History) -> Terms:
    """The terms of the last step, each over the steps that have it."""
    terms = list(history[-1][1]) if history else []
    return {
        tooltips.TERMS.get(term, term): (
            [step for step, losses in history if term in losses],
            [losses[term] for _, losses in history if term in losses],
        )
        for term in terms
    }
