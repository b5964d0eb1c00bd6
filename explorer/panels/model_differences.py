"""The dialog of the differences of two models side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.model_figures import (
    SIDE_BY_SIDE,
    differences,
    known,
    missing,
    of_same_data,
)
from lacuna.core.session.session import Session
from lacuna.core.session.workspace import Workspace

from ..widgets.comparison_table import ComparisonRow, ComparisonTable, row_of
from ..widgets.page import Page
from .titles import name_of

FIELDS = (
    RESULTS.measured,
    RESULTS.masses,
    RESULTS.survey,
    RESULTS.document,
    RESULTS.scene,
    RESULTS.dataset,
    RESULTS.codes,
    RESULTS.late,
    SETTINGS.surveyed,
)
SOON = "Radius and slope are measured as soon as neither model is training."
OTHER_DATA = (
    "The two models are of different data: what is measured on images held out cannot be compared."
)


class DifferencesDialog(QDialog):
    """The figures of both models, one row each; the slow ones are measured when asked for."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._both = workspace.first, workspace.second
        self.figures, self.note = ComparisonTable(), QLabel(SOON)
        self.measure = QPushButton("Measure radius and slope")
        self.setWindowTitle("How the two models differ")
        self.resize(640, 340)
        self.note.setProperty("role", "caption")
        self.note.setWordWrap(True)
        self.measure.setAutoDefault(False)
        page = Page(10)
        page.add(self.figures, self.note)
        left = Qt.AlignmentFlag.AlignLeft
        page.column.insertWidget(page.column.count() - 1, self.measure, 0, left)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 12)
        whole.addWidget(page)
        self.measure.clicked.connect(self._measure)
        self._ends = [
            one.watch(field, lambda _: self._draw()) for one in self._both for field in FIELDS
        ]

    def _measure(self) -> None:
        for session in self._both:
            session.history.adjust(surveyed=True)

    def _draw(self) -> None:
        first, second = self._both
        self.figures.set_heads(*_heads(first, second))
        self.figures.set_rows(comparison_rows(first, second))
        surveyed = first.settings.surveyed and second.settings.surveyed
        self.measure.setVisible(not surveyed)
        measured = all("decoder_slope" in known(one.results) for one in self._both)
        same = of_same_data(first.results, second.results)
        self.note.setText(SOON if same else OTHER_DATA)
        self.note.setVisible(not same or (surveyed and not measured))

    def end(self) -> None:
        for stop in self._ends:
            stop()


def comparison_rows(first: Session, second: Session) -> list[ComparisonRow]:
    """The figures of both, one row each."""
    both = [session.results for session in (first, second)]
    one, other = (known(results) for results in both)
    why = [missing(results) for results in both]
    changes = differences(*both)
    return [
        row_of(
            name,
            figure,
            one.get(name),
            other.get(name),
            changes.get(name),
            (why[0].get(name, ""), why[1].get(name, "")),
        )
        for name, figure in SIDE_BY_SIDE.items()
    ]


def _heads(first: Session, second: Session) -> tuple[str, str]:
    one, other = name_of(first), name_of(second)
    return (f"{one} (left)", f"{other} (right)") if one == other else (one, other)
