"""The list of kept runs, each with a button that opens it and one that discards it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ..look import icons
from .tip import tip

FEW = 4  # rows until all are requested
ABOUT = tip("Trainings that were not saved under a name. They stay until you save or discard them.")
KeptRun = tuple[Path, str, str]  # what it is of, and how far it came


class KeptRunList(QWidget):
    """One kept run a row; hidden where there is none."""

    open_requested = Signal(Path)
    discard_requested = Signal(Path)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: Sequence[KeptRun] = ()
        self._all = False
        self.title, self.more = QLabel("Kept runs"), QPushButton()
        self.rows: list[KeptRunRow] = []
        self.title.setProperty("role", "secondary")
        self.title.setToolTip(ABOUT)
        self.more.setProperty("role", "flat")
        self.more.setStyleSheet("text-align: left;")
        self.more.clicked.connect(self._show_all)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 0)
        self._column.setSpacing(2)
        self.title.setContentsMargins(9, 0, 0, 0)
        self._column.addWidget(self.title)
        self._column.addWidget(self.more)
        self.set_runs(())

    def set_runs(self, runs: Sequence[KeptRun]) -> None:
        """The newest first."""
        self._runs = runs
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [KeptRunRow(*run) for run in (runs if self._all else runs[:FEW])]
        for at, row in enumerate(self.rows):
            row.opened.clicked.connect(partial(self.open_requested.emit, row.path))
            row.discard.clicked.connect(partial(self.discard_requested.emit, row.path))
            self._column.insertWidget(at + 1, row)
        older = len(runs) - len(self.rows)
        self.more.setText(f"{older} older")
        self.more.setVisible(older > 0)
        self.setVisible(bool(runs))

    def _show_all(self) -> None:
        self._all = True
        self.set_runs(self._runs)


class KeptRunRow(QWidget):
    """What a run is of, how far it came, and its two buttons."""

    def __init__(self, path: Path, what: str, rest: str) -> None:
        super().__init__()
        self.path = path
        self.opened, self.progress, self.discard = QPushButton(what), QLabel(rest), QToolButton()
        self.opened.setProperty("role", "flat")
        self.opened.setStyleSheet("text-align: left;")
        self.opened.setToolTip("Open this run: Go on trains it further")
        self.opened.setAccessibleDescription(rest)
        self.progress.setProperty("role", "caption")
        self.progress.setWordWrap(True)
        self.progress.setContentsMargins(9, 0, 0, 4)
        icons.set_icon(self.discard, "close")
        self.discard.setToolTip("Discard this run")
        self.discard.setAccessibleName(f"Discard {what}, {rest}")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.opened, 0, 0)
        grid.addWidget(self.discard, 0, 1)
        grid.addWidget(self.progress, 1, 0, 1, 2)
