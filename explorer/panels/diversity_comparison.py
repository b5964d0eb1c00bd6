"""The dialog that compares the class diversity of two models."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.compare.diversity import DiversityComparison
from lacuna.core.engine.errors import Failure
from lacuna.core.figures.estimate import Estimate
from lacuna.core.figures.finding import between, number
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.session import Session

from ..plots.class_masses import ClassMasses
from ..widgets.comparison_table import ComparisonRow, ComparisonTable
from ..widgets.page import Page
from ..widgets.tip import tip

ENTROPY = tip(
    "How surprising it is that two draws of the prior show the same class: more is more diverse.",
    unit="nats",
    formula="H₂ = -log Σ p², from pairs: Σ n(n-1) / N(N-1)",
    source="Rényi 1961, On measures of entropy and information",
)
EFFECTIVE = tip(
    "As diverse as if so many classes were drawn equally often.",
    unit="classes",
    formula="exp H₂ = 1 / Σ p²",
    source="Hill 1973, Diversity and evenness",
)
RADIUS = tip(
    "How far, on average, a draw of the prior is from the nearest point that the model draws as "
    "another class. It is geometry, and ranks no diversity.",
    unit="σ, standard deviations of the prior",
    formula="E[r], r(z) = min |z - z'| with class(z') ≠ class(z)",
)
SIDES = ("first", "second")


class DiversityDialog(QDialog):
    """Entropy, effective classes and mean radius of both; closing it ends the measuring."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.bar, self.status, self.cancel = QProgressBar(), QLabel(), QPushButton("Cancel")
        self.verdict, self.caution = QLabel(), QLabel()
        self.figures = ComparisonTable()
        self.masses = ClassMasses()
        self._dress()
        self._lay_out()
        self.cancel.clicked.connect(self.close)
        session.watch(RESULTS.progress, lambda _: self._draw_state())
        session.watch(RESULTS.failure, self._draw_failure)
        session.watch(RESULTS.diversity_comparison, self._draw_comparison)

    # ---- session -> screen ----

    def _draw_state(self) -> None:
        progress = dict(self._session.results.progress).get("diversity_comparison")
        for part in (self.bar, self.status, self.cancel):
            part.setVisible(progress is not None)
        if progress is not None:
            self.bar.setRange(0, 0 if progress.fraction is None else 1000)
            self.bar.setValue(round(1000 * (progress.fraction or 0)))
            self.status.setText(f"{progress.text[:1].upper()}{progress.text[1:]}")

    def _draw_failure(self, failure: Failure | None) -> None:
        """The window says what went wrong; there is nothing to see here."""
        waiting = (
            self._session.jobs.live("diversity_comparison")
            or self._session.results.diversity_comparison is not None
        )
        if failure is not None and not waiting:
            self.hide()

    def _draw_comparison(self, diversity_comparison: DiversityComparison | None) -> None:
        for part in (self.verdict, self.caution, self.figures, self.masses):
            part.setVisible(diversity_comparison is not None)
        if diversity_comparison is None:
            return
        self.verdict.setText(diversity_comparison.verdict)
        self.caution.setText(diversity_comparison.caution)
        self.caution.setVisible(bool(diversity_comparison.caution))
        self.figures.set_heads(diversity_comparison.first.name, diversity_comparison.second.name)
        self.figures.set_rows(comparison_rows(diversity_comparison))
        self.masses.set_masses(
            {
                side.name: (side.classes, side.shares)
                for side in (diversity_comparison.first, diversity_comparison.second)
            }
        )

    # ---- screen -> session ----

    def closeEvent(self, event: QCloseEvent) -> None:
        self._session.cancel("diversity_comparison")
        event.accept()

    def reject(self) -> None:
        self.close()

    # ---- looks ----

    def _dress(self) -> None:
        self.setWindowTitle("Two models compared")
        self.resize(720, 560)
        self.verdict.setProperty("role", "title")
        self.status.setProperty("role", "caption")
        self.caution.setProperty("role", "secondary")
        for wrapped in (self.verdict, self.caution):
            wrapped.setWordWrap(True)
        self.bar.setTextVisible(False)
        self.cancel.setAutoDefault(False)

    def _lay_out(self) -> None:
        page = Page(10)
        page.add(self.status, self.bar, self.verdict, self.figures, self.caution, self.masses)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 12)
        whole.addWidget(page, 1)
        whole.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignCenter)


def comparison_rows(diversity_comparison: DiversityComparison) -> list[ComparisonRow]:
    """The figures of both, one row each."""
    first, second = diversity_comparison.first, diversity_comparison.second
    exact = first.exact and second.exact
    return [
        _pair("entropy", "Collision entropy H₂, nats", first.entropy, second.entropy, ENTROPY),
        _pair("effective", "Effective classes", first.effective, second.effective, EFFECTIVE),
        _pair(
            "radius",
            f"Mean class radius E[r]{'' if exact else ', at most'}, σ",
            first.radius,
            second.radius,
            RADIUS,
        ),
    ]


def _pair(
    key: str, label: str, one: Estimate | None, other: Estimate | None, status: str
) -> ComparisonRow:
    first, second = ("" if value is None else number(value.value) for value in (one, other))
    low, high = ("" if value is None else between(value) for value in (one, other))
    return ComparisonRow(key, label, first, second, low, high, tooltip=status)
