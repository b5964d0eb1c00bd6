"""The dialog that compares the paths on the map, and exports the chosen one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.figures.finding import number
from lacuna.core.figures.units import IMAGE, IMAGE_MEANING, LATENT, STRETCH
from lacuna.core.geometry.holes.wording import HOLE
from lacuna.core.geometry.paths.comparison import ComparisonRow, compare_paths
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.path_measures import PathMeasures
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.session import Session
from lacuna.core.session.state import drawn_families, path_of, shown_path

from ..widgets.canvas import NOTHING
from ..widgets.file_choice import file_to_save
from ..widgets.lateness import grey
from ..widgets.tip import tip

COLUMNS = {
    "length": (
        f"Latent length\n{LATENT}",
        tip(
            "How long the path is in latent space.",
            unit="σ, standard deviations of the prior",
            formula="sum of |z_(k+1) - z_k|",
        ),
    ),
    "image_length": (
        f"Image length\n{IMAGE}",
        tip(
            "How far the decoded image travels on the way.",
            unit=IMAGE_MEANING,
            formula="sum of |g(z_(k+1)) - g(z_k)|",
            source="Arvanitidis, Hansen & Hauberg 2018, arXiv:1710.11379",
        ),
    ),
    "crossings": (
        "Class changes",
        tip("How often the judge's first class changes on the way.", unit="number"),
    ),
    "hole_length": (
        "In holes",
        tip(
            f"Which share of the path lies in holes. {HOLE}",
            unit="% of the latent length",
            formula="log p(z) - log q(z) above the threshold",
        ),
    ),
    "stretch": (
        f"Greatest stretch\n{STRETCH}",
        tip(
            "How much the decoder stretches at most, in any direction, at a point of the path.",
            unit=STRETCH,
            formula="the greatest singular value of the Jacobian dg/dz",
        ),
    ),
    "tear": (
        "Greatest step\ntimes the median",
        tip(
            "The greatest step from one image to the next, against the usual one. Marked where it "
            "stands out: there the image jumps instead of changing.",
            unit="times the median step",
            formula="marked above Q3 + 1.5 (Q3 - Q1) of the steps",
            source="Tukey 1977, Exploratory data analysis",
        ),
    ),
}
ALL = ".json"  # the ending of what holds every path
FILES = {".png": "Strip, PNG…", ".gif": "Film, GIF…", ".csv": "Table, CSV…", ALL: "All, JSON…"}


class PathComparisonDialog(QDialog):
    """A table of the paths' measures; open as long as `Settings.compared`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.table, self.note = QTableWidget(0, 1 + len(COLUMNS)), QLabel()
        self.exports = {ending: QPushButton(text) for ending, text in FILES.items()}
        self._dress()
        self._lay_out()
        self.table.cellClicked.connect(self._did_click)
        for ending, button in self.exports.items():
            button.clicked.connect(lambda _=False, ending=ending: self.ask_export(ending))
        self._watch()

    # ---- session -> screen ----

    def _watch(self) -> None:
        for field in (RESULTS.path_measures, SETTINGS.families, SETTINGS.family, RESULTS.scene):
            self._session.watch(field, lambda _: self._draw())
        for family in FAMILIES:
            self._session.watch(path_of(RESULTS, family), lambda _: self._draw())
        self._session.watch(RESULTS.late, self._draw_late)
        self._session.watch(SETTINGS.compared, self._draw_compared)

    def _draw_late(self, late: Mapping[object, int]) -> None:
        """The measures of another step are grey."""
        grey(late, RESULTS.path_measures, self.table)

    def _draw_compared(self, compared: bool) -> None:
        self._draw()
        self.setVisible(compared)

    def _draw(self) -> None:
        if not self._session.settings.compared:
            return
        settings, results = self._session.settings, self._session.results
        names = drawn_families(settings, results)
        rows = {row.family: row for row in compare_paths(list(self._measured().values()))}
        self.table.setRowCount(len(names))
        for at, name in enumerate(names):
            texts = [FAMILIES[name].title, *cells(rows.get(name))]
            for column, text in enumerate(texts):
                self._write(at, column, text)
        self.table.setCurrentCell(names.index(shown_path(settings, results)), 0)
        for button in self.exports.values():
            button.setEnabled(self.chosen() is not None)

    def _measured(self) -> dict[str, PathMeasures]:
        """Of the paths as they are drawn now"""
        results = self._session.results
        measured = {one.path.family: one for one in results.path_measures}
        return {name: one for name, one in measured.items() if one.path is path_of(results, name)}

    def chosen(self) -> PathMeasures | None:
        """The measures of the path in the filmstrip; None until it has been measured."""
        name = shown_path(self._session.settings, self._session.results)
        return self._measured().get(name)

    def _write(self, row: int, column: int, text: str) -> None:
        item = self.table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
        item.setText(text)

    # ---- screen -> session ----

    def _did_click(self, row: int, _: int) -> None:
        names = drawn_families(self._session.settings, self._session.results)
        self._session.set(family=names[row])

    def ask_export(self, ending: str) -> None:
        """Ask where to, and write the chosen path there."""
        one = self.chosen()
        if one is None:
            return
        filters = f"{FILES[ending].strip('…')} (*{ending})"
        measured = list(self._measured().values()) if ending == ALL else [one]
        if path := file_to_save(self, "Export", f"path{ending}", filters):
            self._session.exports.paths(path, measured)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._session.set(compared=False)
        event.accept()

    def reject(self) -> None:
        self._session.set(compared=False)

    # ---- looks ----

    def _dress(self) -> None:
        self.setWindowTitle("Paths compared")
        self.resize(780, 380)
        heads = (("Path", ""), *COLUMNS.values())
        for column, (title, tooltip) in enumerate(heads):
            item = QTableWidgetItem(title)
            item.setToolTip(tooltip)
            right = Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(right if column else Qt.AlignmentFlag.AlignLeft)
            self.table.setHorizontalHeaderItem(column, item)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setStyleSheet("QTableView::item { padding: 0 5px; }")  # under its head
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.note.setText("A click on a row puts that path in the filmstrip.")
        self.note.setProperty("role", "caption")

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(QLabel("Export the chosen path:"))
        for button in self.exports.values():
            button.setAutoDefault(False)
            below.addWidget(button)
        below.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(8)
        whole.addWidget(self.note)
        whole.addWidget(self.table, 1)
        whole.addLayout(below)


def cells(row: ComparisonRow | None) -> Sequence[str]:
    """A row's numbers as they are read, in the order of `COLUMNS`."""
    if row is None:
        return [NOTHING] * len(COLUMNS)
    return [
        _figure(row.length, 2),
        _figure(row.image_length, 1),
        NOTHING if row.classes is None else str(row.crossings),
        NOTHING if row.hole_length is None else f"{100 * row.hole_length:.0f} %",
        _figure(row.stretch, 1),
        _figure(row.tear, 1, "jump, " if row.tears else ""),
    ]


def _figure(value: float, digits: int, before: str = "") -> str:
    """A number; a dash where a path without length has none."""
    return f"{before}{number(value, digits)}" if math.isfinite(value) else NOTHING
