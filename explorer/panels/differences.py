"""How two models side by side differ: their figures, a row each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from core.abreast import ABREAST, differences, known
from core.changes import spoken
from core.estimate import Estimate
from core.session import Session
from core.workspace import Workspace
from explorer.panels.page import Page
from explorer.pieces.side_by_side import Pair, SideBySide
from explorer.pieces.tip import tip
from explorer.top import called

FIELDS = (
    "results.measured", "results.masses", "results.survey", "results.document", "settings.surveyed",
)  # fmt: skip
SOON = "Radius and slope are measured as soon as neither model is training."


class Differences(QDialog):
    """The figures of both models, one row each; the slow ones are measured when asked for."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._both = workspace.first, workspace.second
        self.figures, self.said = SideBySide(), QLabel(SOON)
        self.measure = QPushButton("Measure radius and slope")
        self.setWindowTitle("How the two models differ")
        self.resize(640, 400)
        self.said.setProperty("role", "caption")
        self.said.setWordWrap(True)
        self.measure.setAutoDefault(False)
        page = Page(10)
        page.add(self.figures, self.said)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 12)
        whole.addWidget(page, 1)
        whole.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignCenter)
        self.measure.clicked.connect(self._measure)
        self._ends = [
            one.watch(field, lambda _: self._draw()) for one in self._both for field in FIELDS
        ]

    def _measure(self) -> None:
        for session in self._both:
            session.adjust(surveyed=True)

    def _draw(self) -> None:
        first, second = self._both
        self.figures.set_heads(called(first), called(second))
        self.figures.set_pairs(pairs(first, second))
        asked = first.settings.surveyed and second.settings.surveyed
        self.measure.setVisible(not asked)
        there = all("decoder_slope" in known(one.results) for one in self._both)
        self.said.setVisible(asked and not there)

    def end(self) -> None:
        for stop in self._ends:
            stop()


def pairs(first: Session, second: Session) -> list[Pair]:
    """The figures of both, one row each."""
    one, other = known(first.results), known(second.results)
    found = differences(first.results, second.results)
    rows = []
    for name, figure in ABREAST.items():
        label = f"{figure.label[:1].upper()}{figure.label[1:]}, {figure.unit}".rstrip(", ")
        said = tip(figure.meaning, unit=figure.unit, formula=figure.formula, source=figure.source)
        (value, low), (another, high) = (_cell(name, of.get(name)) for of in (one, other))
        mark = found.get(name, "")
        rows.append(Pair(name, label, value, another, low, high, mark, said))
    return rows


def _cell(name: str, value: Estimate | None) -> tuple[str, str]:
    """The number and its interval"""
    if value is None:
        return "", ""
    return spoken(name, value.value), f"{spoken(name, value.low)} to {spoken(name, value.high)}"
