"""The dialog of the experiment: one training without and one with penalties, compared."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.compare.changes import Experiment, changes, estimate_of, sentences
from lacuna.core.compare.experiment import OmegaConfig
from lacuna.core.compare.figure_table import FIGURES, figure_of
from lacuna.core.compare.model_figures import ModelFigures, Which
from lacuna.core.config.words import choice_name
from lacuna.core.data.titles import data_title
from lacuna.core.engine.errors import Problem
from lacuna.core.models.registry import family_of
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.session import Session

from ..forms.form import Form
from ..plots.class_masses import ClassMasses
from ..widgets.comparison_table import ComparisonRow, ComparisonTable, row_of
from ..widgets.empty_state import EmptyState
from ..widgets.file_choice import folder_to_use
from ..widgets.page import Page
from ..widgets.sample_grid import SampleGrid

TITLE = "Before and after the encoder slope penalty"
ABOUT = (
    "Trains the model of the Train page twice from one seed, without penalties and with the "
    "encoder slope penalty (the lecture's omega), and measures both alike. The penalty is said to "
    "bring classes closer to each other; here you see what it does. Choose how long, and press "
    "Start."
)
BUSY = "A training is under way: stop it, or let it end, and start then."
SIDES: tuple[Which, ...] = ("before", "after")
EMPTY, FULL = QSize(640, 360), QSize(900, 680)  # of the window, without and with figures


class ExperimentDialog(QDialog):
    """A form, the figures of both models, and buttons that open and save them."""

    problem = Signal(str)  # one sentence for the window to show

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.form = Form(OmegaConfig())
        self.start, self.cancel = QPushButton("Start"), QPushButton("Cancel")
        self.bar, self.status, self.what = QProgressBar(), QLabel(), QLabel()
        self.about = EmptyState(ABOUT)
        self.verdict, self.moved, self.beware = QLabel(), QLabel(), QLabel()
        self.figures = ComparisonTable("Before", "After")
        self.masses = ClassMasses()
        self.samples = {name: SampleGrid() for name in SIDES}
        self.heads = {name: QLabel(f"Samples {name}") for name in SIDES}
        self.pictures = QWidget()
        self.open_buttons = {name: QPushButton(f"Open {name}") for name in SIDES}
        self.save = QPushButton("Save both…")
        self._dress()
        self._lay_out()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter ends the editing of a number, and starts nothing
        self._connect()

    # ---- session -> screen ----

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._session.results.experiment is None:
            train = self._session.settings.train
            self.form.set_value(replace(self.form.value(), epochs=train.epochs, seed=train.seed))

    def _draw_state(self) -> None:
        results = self._session.results
        progress = dict(results.progress).get("experiment")
        busy = results.run != "idle"
        self.start.setVisible(progress is None)
        self.start.setEnabled(not busy)
        self.start.setToolTip(BUSY if busy else "")
        self.cancel.setVisible(progress is not None)
        self.bar.setVisible(progress is not None)
        self.status.setVisible(progress is not None or busy)
        self.form.unlock()
        if progress is not None:
            self.form.lock("Fixed while the experiment goes on")
            self.bar.setValue(round(1000 * (progress.fraction or 0)))
        self.status.setText(f"{progress.text[:1].upper()}{progress.text[1:]}" if progress else BUSY)

    def _draw_what(self) -> None:
        settings = self._session.settings
        model = settings.model
        body = choice_name(model.body).lower()
        self.what.setText(
            f"Data: {data_title(settings.data.name)}. Model: {family_of(model).title}, "
            f"{model.latent}-D, {body}, {model.hidden} hidden units. "
            "Choose others on the Train page."
        )

    def _draw_experiment(self, experiment: Experiment | None) -> None:
        sides = _sides(experiment)
        for part in (*self.open_buttons.values(), self.save, self.pictures, self.figures):
            part.setVisible(experiment is not None)
        if experiment is not None and not self.about.isHidden():
            self.resize(self.size().expandedTo(FULL))
        self.about.setVisible(experiment is None)
        texts = sentences(experiment) if experiment else ("", "", "")
        for label, text in zip((self.verdict, self.moved, self.beware), texts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self.figures.set_rows(comparison_rows(experiment) if experiment else ())
        self.masses.set_masses(
            {name: (side.document.classes, side.shares) for name, side in sides.items() if side}
        )
        for name, side in sides.items():
            self.open_buttons[name].setEnabled(side is not None)
            self._draw_side(name, side)

    def _draw_side(self, name: Which, side: ModelFigures | None) -> None:
        grid = self.samples[name]
        grid.set_images(side.samples if side else None)
        for part in (self.heads[name], grid):
            part.setVisible(side is not None)

    # ---- screen -> session ----

    def _connect(self) -> None:
        session = self._session
        self.start.clicked.connect(self._begin)
        self.cancel.clicked.connect(self._end)
        for name, button in self.open_buttons.items():
            button.clicked.connect(lambda _=False, name=name: session.experiments.show(name))
        self.save.clicked.connect(self.ask_save)
        session.watch(RESULTS.run, lambda _: self._draw_state())
        session.watch(RESULTS.progress, lambda _: self._draw_state())
        session.watch(RESULTS.experiment, self._draw_experiment)
        for field in (SETTINGS.data, SETTINGS.model):
            session.watch(field, lambda _: self._draw_what())

    def _begin(self) -> None:
        try:
            self._session.experiments.begin(self.form.value())
        except Problem as problem:
            self.problem.emit(str(problem))
        else:
            self.cancel.setFocus()

    def _end(self) -> None:
        self._session.cancel("experiment")
        self.start.setFocus()

    def ask_save(self) -> None:
        """Ask for a folder, and write both models and the results into it."""
        if folder := folder_to_use(self, "Save both models into a new folder"):
            self._session.experiments.save(folder)

    # ---- looks ----

    def _dress(self) -> None:
        self.setWindowTitle(TITLE)
        self.resize(EMPTY)
        self.start.setProperty("role", "primary")
        self.verdict.setProperty("role", "title")
        for head in self.heads.values():
            head.setProperty("role", "secondary")
        for caption in (self.status, self.what, self.beware):
            caption.setProperty("role", "caption")
        for wrapped in (self.status, self.what, self.verdict, self.moved, self.beware):
            wrapped.setWordWrap(True)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.save.setToolTip("Both models and the figures, into a folder of their own")
        for name, button in self.open_buttons.items():
            button.setToolTip(f"Show the model {name} in the window; it has no file yet")
        for name, grid in self.samples.items():
            grid.setToolTip(f"What the model {name} draws, from the same points of the prior")

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(16, 12, 0, 16)
        column.setSpacing(8)
        parts: tuple[QWidget, ...] = self.what, self.form, self.start, self.cancel, self.bar
        for part in (*parts, self.status):
            column.addWidget(part)
        column.addStretch()
        left.setFixedWidth(264)
        grid = QGridLayout(self.pictures)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.addWidget(self.masses, 0, 0, 1, len(SIDES))
        for at, name in enumerate(SIDES):
            grid.setColumnStretch(at, 1)
            pictures: tuple[QWidget, ...] = self.heads[name], self.samples[name]
            for row, picture in enumerate(pictures, 1):
                grid.addWidget(picture, row, at, Qt.AlignmentFlag.AlignTop)
        page = Page(12)
        page.add(self.about, self.verdict, self.moved, self.figures, self.pictures, self.beware)
        below = QHBoxLayout()
        below.setContentsMargins(12, 0, 16, 12)
        below.addStretch()
        for button in (*self.open_buttons.values(), self.save):
            below.addWidget(button)
        right = QVBoxLayout()
        right.addWidget(page, 1)
        right.addLayout(below)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(left)
        whole.addLayout(right, 1)


def comparison_rows(experiment: Experiment) -> list[ComparisonRow]:
    """The figures that there are, one row each."""
    before, after = experiment.before, experiment.after
    differences = changes(before, after) if before and after else {}
    exact = all(side.exact for side in (before, after) if side)
    rows = []
    for name in FIGURES:
        one, other = (None if side is None else estimate_of(side, name) for side in (before, after))
        if one is not None or other is not None:
            rows.append(row_of(name, figure_of(name, exact), one, other, differences.get(name)))
    return rows


def _sides(experiment: Experiment | None) -> dict[Which, ModelFigures | None]:
    """Both models; None where there is none yet."""
    if experiment is None:
        return dict.fromkeys(SIDES)
    return {"before": experiment.before, "after": experiment.after}
