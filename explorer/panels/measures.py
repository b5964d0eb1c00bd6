"""Measures: how good the model is on images held out, what is wrong with it, and what may help."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QWidget

from core.diagnosis import Diagnosis, Remedy, remedied
from core.findings import Chapter, Finding
from core.quality import Quality
from core.quality_chapters import CHAPTERS, quality_chapters
from core.session import Session
from core.state import Results
from explorer.panels.page import Page
from explorer.pieces.diagnosis import DiagnosisCard
from explorer.pieces.empty import Empty
from explorer.pieces.finding import FindingRow
from explorer.pieces.section import Section

NOTHING = (
    "Here stands how good a model is: its bound, what its codes tell, and its samples against "
    "images held out. Train or open one first."
)
READY = (
    "How good is this model? Its bound, what its codes tell, and its samples against images held "
    "out, with what is wrong in plain words. It takes a minute or two."
)
ORDER = tuple(key for key, _, _ in CHAPTERS)
WELL = "Nothing that is looked for is wrong."
EARLIER = "An earlier picture is held on the map: go back to the newest one to have it measured."
DONE = "The settings are changed: start the training on the Train page when you like."


class MeasuresPanel(Page):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
        self._session = session
        self.sections: dict[str, Section] = {}
        self.rows: dict[str, FindingRow] = {}
        self.cards: list[DiagnosisCard] = []
        self.empty, self.bar, self.said = Empty(NOTHING), QProgressBar(), QLabel()
        self.cancel, self.again = QPushButton("Cancel"), QPushButton("Measure")
        self.wrong, self.well = Section("Diagnosis"), QLabel(WELL)
        self._lay_out()
        for asking in (self.empty.pressed, self.again.clicked):
            asking.connect(self._ask)
        self.cancel.clicked.connect(self._give_up)
        session.watch("results.quality", self._draw_quality)
        session.watch("results.diagnoses", self._draw_diagnoses)
        for name in ("model", "train"):
            session.watch(f"settings.{name}", lambda _: self._draw_taken())
        for name in ("document", "scene", "resting", "progress"):
            session.watch(f"results.{name}", lambda _: self._draw_state())
        session.watch("settings.measuring", lambda _: self._draw_state())

    # ---- screen -> session ----

    def _ask(self) -> None:
        """Anew, where it was given up before the end"""
        self._session.adjust(measuring=False)
        self._session.adjust(measuring=True)

    def _give_up(self) -> None:
        self._session.adjust(measuring=False)
        self._session.cancel("quality")
        self._draw_state()

    def _apply(self, remedy: Remedy) -> None:
        self._session.set(**self._changes(remedy))
        self._session.tell(DONE)

    def _changes(self, remedy: Remedy) -> dict[str, Any]:
        settings, document = self._session.settings, self._session.results.document
        held = settings.model if document is None else document.config
        return remedied(remedy, settings.model, held, settings.train)

    # ---- session -> screen ----

    def _draw_state(self) -> None:
        results, there = self._session.results, self._session.results.quality is not None
        live = self._session.settings.measuring and self._under_way()
        stopped = results.resting and _newest(results) and not live
        told = dict(results.progress).get("quality")
        if results.scene is None:
            self.empty.say(NOTHING)
        else:
            self.empty.say(READY, "Measure")
        self.empty.setVisible(results.scene is None or (stopped and not there))
        self.bar.setVisible(live and told is not None)
        if told is not None:
            self.bar.setValue(round(1000 * (told.fraction or 0)))
        self.said.setText(_stands(results, live, told.text if told is not None else ""))
        self.said.setVisible(self.empty.isHidden())
        self.cancel.setVisible(live)
        self.again.setVisible(stopped and there and not _complete(results))
        self.wrong.setVisible(results.diagnoses is not None)

    def _under_way(self) -> bool:
        """Whether it is being measured; a job that finds nothing to do is over in no time"""
        results = self._session.results
        return results.resting and _newest(results) and self._session.live("quality")

    def _draw_quality(self, quality: Quality | None) -> None:
        scene = self._session.results.scene
        names = () if scene is None else scene.classes
        told = () if quality is None else quality_chapters(quality, names)
        for chapter in told:
            self._draw_chapter(chapter)
        keys = {chapter.key for chapter in told}
        known = {finding.key for chapter in told for finding in chapter.findings}
        for key, section in self.sections.items():
            section.setVisible(key in keys)
        for key, row in self.rows.items():
            row.setVisible(key in known)
        self._draw_state()

    def _draw_chapter(self, chapter: Chapter) -> None:
        section = self.sections.get(chapter.key) or self._new_section(chapter)
        content = section.content
        for at, finding in enumerate(chapter.findings):
            row = self._row_of(finding)
            if content.indexOf(row) != at:
                content.insertWidget(at, row)

    def _new_section(self, chapter: Chapter) -> Section:
        section = Section(chapter.title)
        section.content.setSpacing(2)
        earlier = ORDER[: ORDER.index(chapter.key)]
        above = [self.sections[key] for key in earlier if key in self.sections]
        self.column.insertWidget(
            self.column.indexOf(above[-1] if above else self.wrong) + 1, section
        )
        self.sections[chapter.key] = section
        return section

    def _row_of(self, finding: Finding) -> FindingRow:
        if finding.key in self.rows:
            self.rows[finding.key].show_finding(finding)
        else:
            self.rows[finding.key] = FindingRow(finding)
        return self.rows[finding.key]

    def _draw_diagnoses(self, found: tuple[Diagnosis, ...] | None) -> None:
        for card in self.cards:
            self.wrong.content.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [DiagnosisCard(one) for one in found or ()]
        for card in self.cards:
            card.remedy_wanted.connect(self._apply)
            self.wrong.add(card)
        self.well.setVisible(found == ())
        self._draw_taken()
        self._draw_state()

    def _draw_taken(self) -> None:
        settings = self._session.settings
        for card in self.cards:
            if card.found.remedy is not None:
                wanted = self._changes(card.found.remedy)
                card.set_taken(all(getattr(settings, name) == wanted[name] for name in wanted))

    # ---- looks ----

    def _lay_out(self) -> None:
        for caption in (self.said, self.well):
            caption.setProperty("role", "caption")
            caption.setWordWrap(True)
            caption.setContentsMargins(4, 2, 4, 4)
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.wrong.add(self.well)
        self.add(self.empty, self.bar, self.said)
        for button in (self.cancel, self.again):
            self.column.insertWidget(self.column.count() - 1, button, 0, Qt.AlignmentFlag.AlignLeft)
        self.add(self.wrong)


def _stands(results: Results, live: bool, doing: str) -> str:
    """What is under way, or which step the numbers belong to"""
    quality = results.quality
    if live:
        return f"{doing[:1].upper()}{doing[1:]}…" if doing else "Measuring…"
    if results.scene is not None and not _newest(results):
        return EARLIER
    if not results.resting:
        before = "" if quality is None else f"These are of step {quality.step:,}. "
        return f"{before}What is asked for is measured as soon as the training rests."
    return "" if quality is None else f"Measured at step {quality.step:,}."


def _newest(results: Results) -> bool:
    """Whether the shown scene is that of the document"""
    return results.document is not None and results.document.step == _step(results)


def _complete(results: Results) -> bool:
    """Whether all there is to know of what is shown is known"""
    quality = results.quality
    return quality is not None and quality.complete and quality.step == _step(results)


def _step(results: Results) -> int | None:
    return None if results.scene is None else results.scene.step
