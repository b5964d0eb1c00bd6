"""The Measures page: sample quality on held-out images, diagnoses and their remedies."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from lacuna.core.analysis.diagnosis.diagnosis import Diagnosis, Remedy, remedied
from lacuna.core.analysis.quality.quality import Quality
from lacuna.core.figures.finding import NEEDS_IMAGES, NONE, Chapter, grouped
from lacuna.core.reports.quality.chapters import CHAPTERS, quality_chapters
from lacuna.core.runs.setup import Setup, setup_differences, setup_of, takes_over
from lacuna.core.session.belonging import on_time
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.results import Results
from lacuna.core.session.session import Session

from ..widgets.diagnosis_card import DiagnosisCard
from ..widgets.lateness import grey
from ..widgets.section import Section
from ..widgets.tip import tip
from .chapters import ChaptersPage, as_caption
from .data_chooser import ask_for_images

NOTHING = (
    "Here stands how good a model is, its samples against images held out first of all. Train or "
    "open one first."
)
READY = (
    "How good is this model? {} against images held out, with what is wrong in plain words. It "
    "takes a minute or two."
)
CODED, UNCODED = "Its bound, what its codes tell, and its samples", "Its samples"
ORDER = tuple(row.key for row in CHAPTERS)
WELL = "Nothing that is looked for is wrong."
EARLIER = "An earlier picture is held on the map: go back to the newest one to have it measured."
START = "start the training on the Train page when you like"
RESUME = "Resume, on the Train page, goes on with them"
ANEW = "the run under way keeps its own, so stop it on the Train page and start anew"
AT_ONCE = "the training under way takes them over"


class MeasuresPanel(ChaptersPage):
    """The findings of the quality job, and a card for each diagnosis."""

    train_requested = Signal()  # the Train page, where a remedy waits for its start

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(NOTHING, ORDER, parent)
        self._session = session
        self.cards: list[DiagnosisCard] = []
        self.cancel, self.again = QPushButton("Cancel"), QPushButton("Measure")
        self.wrong, self.well = Section("Diagnosis"), QLabel(WELL)
        self.images, self.without = QPushButton("Get the images…"), QLabel()
        self._lay_out()
        for asking in (self.empty.pressed, self.again.clicked):
            asking.connect(self._ask)
        self.cancel.clicked.connect(self._give_up)
        self.images.clicked.connect(lambda: ask_for_images(self, session))
        session.watch(RESULTS.quality, self._draw_quality)
        session.watch(RESULTS.diagnoses, self._draw_diagnoses)
        for setting in (SETTINGS.data, SETTINGS.model, SETTINGS.train):
            session.watch(setting, lambda _: self._draw_changes())
        session.watch(RESULTS.run, lambda _: self._draw_changes())
        for result in (RESULTS.document, RESULTS.scene, RESULTS.resting, RESULTS.progress):
            session.watch(result, lambda _: self._draw_state())
        session.watch(SETTINGS.measuring, lambda _: self._draw_state())
        session.watch(RESULTS.late, lambda _: self._draw_late())

    # ---- screen -> session ----

    def _ask(self) -> None:
        """Anew, where it was given up before the end"""
        self._session.history.adjust(measuring=False)
        self._session.history.adjust(measuring=True)
        self.cancel.setFocus()

    def _give_up(self) -> None:
        self._session.history.adjust(measuring=False)
        self._session.cancel("quality")
        self._draw_state()
        (self.again if self.empty.isHidden() else self.empty.button).setFocus()

    def _apply(self, remedy: Remedy) -> None:
        target = self._target(remedy)
        self._session.set(data=target.data, model=target.model, train=target.train)
        self._session.notices.post(f"The settings are changed: {self._what_next(target)}.")

    def _planned(self) -> Setup:
        settings = self._session.settings
        return Setup(settings.data, settings.model, settings.train)

    def _target(self, remedy: Remedy) -> Setup:
        document = self._session.results.document
        planned = self._planned()
        return remedied(remedy, planned, planned if document is None else setup_of(document))

    def _what_next(self, target: Setup) -> str:
        """What the user does for a training with these settings"""
        run, document = self._session.results.run, self._session.results.document
        if run == "idle" or document is None:
            return START
        if not takes_over(setup_of(document), target):
            return ANEW
        return RESUME if run in ("paused", "pausing") else AT_ONCE

    # ---- session -> screen ----

    def _draw_state(self) -> None:
        results, measured = self._session.results, self._session.results.quality is not None
        live = self._session.settings.measuring and self._under_way()
        stopped = results.resting and _newest(results) and not live
        progress = dict(results.progress).get("quality")
        if results.scene is None:
            self.empty.set_text(NOTHING)
        else:
            encodes = results.scene.encode is not None
            self.empty.set_text(READY.format(CODED if encodes else UNCODED), "Measure")
        self.empty.setVisible(results.scene is None or (stopped and not measured))
        self._draw_progress(progress if live else None)
        self.status.setText(_status(results, live, progress.text if progress is not None else ""))
        self.status.setVisible(self.empty.isHidden())
        self.cancel.setVisible(live)
        self.again.setVisible(stopped and measured and not _complete(results))
        self.wrong.setVisible(results.diagnoses is not None)

    def _draw_late(self) -> None:
        """What is of another step is grey."""
        late = self._session.results.late
        for section in self.sections.values():
            grey(late, RESULTS.quality, section.body)
        grey(late, RESULTS.quality, self.without)
        grey(late, RESULTS.diagnoses, self.wrong.body)
        self._draw_state()

    def _under_way(self) -> bool:
        """Whether it is being measured; a job that finds nothing to do is over in no time"""
        results = self._session.results
        return results.resting and _newest(results) and self._session.jobs.live("quality")

    def _draw_quality(self, quality: Quality | None) -> None:
        scene = self._session.results.scene
        names = () if scene is None else scene.classes
        chapters = () if quality is None else quality_chapters(quality, names)
        empty = [one for one in chapters if all(finding.value == NONE for finding in one.findings)]
        self._keys = {}
        for chapter in chapters:
            if chapter not in empty:
                self._draw_chapter(chapter)
        self._show_known()
        self._draw_left_out(empty)
        self.images.setVisible(
            any(finding.value == NEEDS_IMAGES for one in chapters for finding in one.findings)
        )
        self._draw_late()

    def _draw_left_out(self, empty: Sequence[Chapter]) -> None:
        """What this model has not is one line: no chapter without a number"""
        self.without.setText(f"Not for this model: {', '.join(one.title for one in empty)}.")
        why = dict.fromkeys(f"{one.title}: {one.findings[0].remark}" for one in empty)
        self.without.setToolTip("<br>".join(map(tip, why)))
        self.without.setVisible(bool(empty))

    def _draw_diagnoses(self, diagnoses: tuple[Diagnosis, ...] | None) -> None:
        for card in self.cards:
            self.wrong.rows.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [DiagnosisCard(one) for one in diagnoses or ()]
        for card in self.cards:
            card.remedy_requested.connect(self._apply)
            card.train_requested.connect(self.train_requested)
            self.wrong.add(card)
        self.well.setVisible(diagnoses == ())
        self._draw_changes()
        self._draw_late()

    def _draw_changes(self) -> None:
        for card in self.cards:
            if card.diagnosis.remedy is not None:
                target = self._target(card.diagnosis.remedy)
                changes = setup_differences(self._planned(), target)
                card.set_changes([str(one) for one in changes], self._what_next(target))

    # ---- looks ----

    def _lay_out(self) -> None:
        for caption in (self.well, self.without):
            as_caption(caption)
        self.wrong.add(self.well)
        for button in (self.cancel, self.again, self.images):
            self.add_inset(button, Qt.AlignmentFlag.AlignLeft)
        self.add(self.wrong, self.without)

    def _end(self) -> int:
        return self.column.indexOf(self.without)


def _status(results: Results, live: bool, doing: str) -> str:
    """What is under way, or which step the numbers belong to"""
    quality, before = results.quality, ""
    if quality is not None and (RESULTS.quality in results.late or not results.resting):
        before = f"These are of step {grouped(quality.step)}. "
    if live:
        return before + (f"{doing[:1].upper()}{doing[1:]}…" if doing else "Measuring…")
    if not results.resting:
        return f"{before}What is asked for is measured as soon as the training rests."
    if results.scene is not None and not _newest(results):
        return f"{before}{EARLIER}"
    return before or ("" if quality is None else f"Measured at step {grouped(quality.step)}.")


def _newest(results: Results) -> bool:
    """Whether the shown scene is the newest, which the document holds"""
    return bool(results.timeline) and results.timeline[-1].step == _step(results)


def _complete(results: Results) -> bool:
    """Whether all there is to know of what is shown is known"""
    quality = on_time(results, RESULTS.quality)
    return quality is not None and quality.complete


def _step(results: Results) -> int | None:
    return None if results.scene is None else results.scene.step
