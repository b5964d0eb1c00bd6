"""The Train page: data, model and training, their progress and losses."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from lacuna.core.documents.document import Document
from lacuna.core.figures.finding import grouped
from lacuna.core.models.family import Family
from lacuna.core.models.latent_model import ModelConfig
from lacuna.core.models.registry import family_of
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.results import Results, RunState
from lacuna.core.session.session import Session
from lacuna.core.training.config import TrainConfig

from ..forms.family_form import FamilyForm
from ..forms.form import Form
from ..plots.curves import Curves
from ..widgets.lateness import grey
from ..widgets.page import Page
from ..widgets.section import Section
from .data_chooser import DataChooser
from .held_out_figures import HeldOutFigures
from .run_overlays import RunOverlays, losses_of

LOCKED = "Fixed while this training goes on"


class TrainPanel(Page):
    """The forms of a training, its buttons, its curves and its figures."""

    experiment_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(4, parent)
        self._session, self._folded = session, False
        settings = session.settings
        self.data = DataChooser(session)
        self.model = FamilyForm(settings.model)
        self.train = Form(settings.train)
        self.start, self.pause, self.once, self.stop, self.go_on = map(
            QPushButton, ("Start", "Pause", "One step", "Stop", "Go on")
        )
        self.experiment = QPushButton("Try the encoder slope penalty…")
        self.bar, self.status = QProgressBar(), QLabel()
        self.curves = Curves("Losses", "nats", "The losses appear here while a model trains.")
        self.overlays, self.figures = RunOverlays(), HeldOutFigures()
        self._dress()
        self._lay_out()
        self._connect()
        self._watch()

    # ---- session -> screen ----

    def _watch(self) -> None:
        watch = self._session.watch
        watch(SETTINGS.model, self._draw_model)
        watch(SETTINGS.train, self._draw_train)
        watch(SETTINGS.step, self.curves.mark)
        watch(RESULTS.run, self._draw_run)
        watch(RESULTS.document, lambda _: self._draw_document())
        watch(RESULTS.training, lambda _: self._draw_progress(self._session.results))
        watch(RESULTS.progress, lambda _: self._draw_progress(self._session.results))
        watch(RESULTS.measured, lambda _: self._draw_measured())
        watch(RESULTS.late, lambda late: grey(late, RESULTS.measured, self.figures))

    def _draw_model(self, config: ModelConfig) -> None:
        if self.model.value() != config:
            self.model.set_value(config)
        self.train.hide_fields(family_of(config).unused)
        self.experiment.setVisible(isinstance(config, VAEConfig))  # it has such penalties
        self._draw_measured()

    def _draw_train(self, config: TrainConfig) -> None:
        if self.train.value() != config:
            self.train.set_value(config)

    def _draw_run(self, run: RunState) -> None:
        idle, resting = run == "idle", run in ("idle", "paused")
        self._draw_buttons(run)
        self.bar.setVisible(not idle)
        self.data.setEnabled(idle)
        self._fold(not idle)
        for form in (self.model, self.train):
            form.unlock()
            if not idle:
                form.lock(LOCKED, form.names(live=False))
        if resting or self._session.training.beginning:
            self._draw_history()
        self._draw_progress(self._session.results)

    def _draw_buttons(self, run: RunState) -> None:
        """The keyboard goes to the one that is pressed next, and not to what would end it"""
        idle = run == "idle"
        started = self.start.hasFocus() or self.go_on.hasFocus()
        ended = any(button.hasFocus() for button in (self.pause, self.once, self.stop))
        self.pause.setText({"paused": "Resume", "pausing": "Pausing…"}.get(run, "Pause"))
        self.stop.setText("Stopping…" if run == "stopping" else "Stop")
        for button in (self.pause, self.once, self.stop):
            button.setVisible(not idle)
        self.start.setVisible(idle)
        self._draw_go_on()
        if started and not idle:
            self.pause.setFocus()
        elif ended and idle:
            self.start.setFocus()

    def _draw_document(self) -> None:
        self._draw_go_on()
        self._draw_history()

    def _draw_go_on(self) -> None:
        results = self._session.results
        checkpoint = results.document.checkpoint if results.document else None
        self.go_on.setVisible(results.run == "idle" and checkpoint is not None)

    def _fold(self, away: bool) -> None:
        """While it trains, how it goes comes first, and what cannot change makes room."""
        if away != self._folded:
            self._folded = away
            for section in self._fixed:
                section.set_open(not away)
            self.column.removeWidget(self._progress)
            self.column.insertWidget(1 if away else 4, self._progress)
            self.verticalScrollBar().setValue(0)

    def _draw_progress(self, results: Results) -> None:
        progress = dict(results.progress).get("training")
        training = results.training
        if (progress is not None and training is None) or (
            progress is not None and results.run == "preparing"
        ):
            self.bar.setValue(round(1000 * (progress.fraction or 0)))
            self.status.setText(progress.text[:1].upper() + progress.text[1:])
        elif training is not None:
            self.bar.setValue(round(1000 * training.fraction))
            self.status.setText(_status(results))
        else:
            self.status.setText("" if results.run == "idle" else "Getting ready")
        self.status.setVisible(bool(self.status.text()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw_history()

    def _draw_history(self) -> None:
        if not self.isVisible():
            return  # three times a second, for nobody
        document = self._document()
        history = document.history if document else ()
        unit = family_of(document.config).unit if document else ""
        self.overlays.set_unit(unit)
        self.overlays.setVisible(bool(history))
        self.curves.set_unit(unit)
        self.curves.set_series(losses_of(history))
        self._draw_measured()

    def _document(self) -> Document | None:
        """What is shown, or None where that is not what is being trained"""
        return None if self._session.training.beginning else self._session.results.document

    def _draw_measured(self) -> None:
        measured = None if self._session.training.beginning else self._session.results.measured
        self.figures.draw(self._document(), measured, self._session.settings.model)

    # ---- screen -> session ----

    def _connect(self) -> None:
        session = self._session
        self.model.changed.connect(lambda value: session.set(model=value))
        self.model.family_chosen.connect(self._did_choose)
        self.once.clicked.connect(session.training.single_step)
        self.train.changed.connect(lambda value: session.set(train=value))
        self.start.clicked.connect(lambda: session.training.start())
        self.go_on.clicked.connect(lambda: session.training.start(afresh=False))
        self.pause.clicked.connect(
            lambda: (
                session.training.resume()
                if session.results.run == "paused"
                else session.training.pause()
            )
        )
        self.stop.clicked.connect(session.training.stop)
        self.overlays.changed.connect(lambda: self.curves.set_runs(self.overlays.runs()))
        self.experiment.clicked.connect(lambda: self.experiment_requested.emit())

    def _did_choose(self, family: Family, config: ModelConfig) -> None:
        """Another kind of model learns at another rate, and for as long as it takes."""
        train = replace(self._session.settings.train, rate=family.rate, epochs=family.epochs)
        self._session.set(model=config, train=train)

    # ---- looks ----

    def _dress(self) -> None:
        self.status.setProperty("role", "caption")
        self.status.setWordWrap(True)
        self.start.setProperty("role", "primary")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.experiment.setProperty("role", "flat")
        self.experiment.setToolTip("Train it twice, without penalties and with, and compare")
        self.once.setToolTip("Learn from one batch more, and rest again")
        self.go_on.setToolTip("Train the shown model further, from where it was left")

    def _lay_out(self) -> None:
        data, model, how, run = (Section(s) for s in ("Data", "Model", "Training", "Progress"))
        data.add(self.data)
        self._fixed = data, model  # what a run under way does not let change
        model.add(self.model)
        model.add(self.experiment)
        how.add(self.train)
        verbs, buttons = QWidget(), _beside(self.start, self.go_on)  # first: what all is for
        buttons.setContentsMargins(4, 4, 4, 8)
        verbs.setLayout(buttons)
        run.rows.addLayout(_beside(self.pause, self.once, self.stop))
        for part in (self.bar, self.status, self.curves, self.overlays, self.figures):
            run.add(part)
        self.add(verbs, data, model, how, run)
        self._progress = run


def _beside(*buttons: QPushButton) -> QHBoxLayout:
    """Buttons in a row."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    return row


def _status(results: Results) -> str:
    """How far the training is, in words."""
    training = results.training
    assert training is not None
    status = f"Step {grouped(training.step)} of {grouped(training.steps)}"
    if results.run == "training" and training.seconds_left is not None:
        minutes, seconds = divmod(round(training.seconds_left), 60)
        return f"{status}, {minutes}:{seconds:02d} left"
    if results.run in ("paused", "pausing", "stopping"):
        return f"{status}, {results.run}"
    return f"{status}, {'finished' if training.finished else 'stopped'}"
