"""The Geometry page: diversity of the classes, class radius, bounds, list of holes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from lacuna.core.analysis.survey import Survey
from lacuna.core.engine.jobs import Progress
from lacuna.core.figures.finding import Chapter, grouped
from lacuna.core.geometry.holes.detectors.registry import DETECTORS
from lacuna.core.geometry.holes.hole import Hole
from lacuna.core.geometry.radius.halfspace import survival_bound
from lacuna.core.geometry.radius.radii import RadiusSample
from lacuna.core.render.colours import class_colours
from lacuna.core.reports.geometry.chapters import chapters
from lacuna.core.reports.geometry.verdicts import verdict_findings
from lacuna.core.session.belonging import on_time
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.results import Results
from lacuna.core.session.session import Session

from ..plots.class_radii import ClassRadii, ClassRadius
from ..plots.survival import Survival
from ..widgets.finding_row import FindingRow
from ..widgets.hole_list import HoleList
from ..widgets.labelled_combo import LabelledCombo
from ..widgets.lateness import grey
from ..widgets.tip import tip
from .chapters import ChaptersPage, as_caption

NOTHING = (
    "Here stands what is measured of the latent classes: how diverse they are, how far it is to "
    "the next border, and what lies in holes. Train or open a model first."
)
ORDER = ("diversity", "radius", "bounds", "image", "holes", "verdicts")  # of the chapters
MEASURED = ("survey", "detectors", "hole_list")  # the jobs whose progress is shown here
NAMED = 3  # other classes whose distance is shown
STEPS = 80  # lengths at which the survival curve is drawn
NO_CLASSES = "No judge was trained for this model: there are no classes to measure."
NO_CODES = "Nothing says where the encoder sends the images: no holes can be looked for."


class GeometryPanel(ChaptersPage):
    """The findings of the survey, with the chart of radii and the list of holes among them."""

    class_hovered = Signal(int)  # -1 for none
    place_hovered = Signal(object)  # the middle of the hole under the mouse, None for none
    hole_requested = Signal(object)  # the Hole to go to
    report_requested = Signal()  # as a file

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(NOTHING, ORDER, parent)
        self._session = session
        self.radii, self.survival = ClassRadii(), Survival()
        self.report = QPushButton("Save as a report…")
        self.detector = LabelledCombo("Seen by", {key: one.name for key, one in DETECTORS.items()})
        self.list, self.others = HoleList(), QLabel()
        self._lay_out()
        self.radii.hovered.connect(self.class_hovered)
        self.report.clicked.connect(self.report_requested)
        self.list.hovered.connect(self._did_hover)
        self.list.clicked.connect(self._did_choose)
        self.detector.chosen.connect(self._did_see)
        session.watch(SETTINGS.surveyed, lambda _: self._ask())
        session.watch(RESULTS.survey, self._draw_survey)
        for field in (RESULTS.hole_list, RESULTS.codes):
            session.watch(field, lambda _: self._draw_hole_list())
        session.watch(RESULTS.verdicts, lambda _: self._draw_verdicts())
        session.watch(SETTINGS.detector, self._draw_detector)
        session.watch(RESULTS.scene, lambda _: self._draw_state())
        session.watch(RESULTS.resting, lambda _: self._draw_state())
        session.watch(RESULTS.progress, lambda _: self._draw_state())
        session.watch(RESULTS.late, lambda _: self._draw_late())

    def highlight(self, index: int) -> None:
        self.radii.highlight(index)

    # ---- session -> screen ----

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()  # from now on it is worth the time

    def _ask(self) -> None:
        """For what is not asked for yet, or no longer since another file was opened."""
        if self.isVisible() and not self._session.settings.surveyed:
            self._session.history.adjust(surveyed=True)

    def _draw_state(self) -> None:
        results = self._session.results
        under_way = dict(results.progress)
        progress = next((under_way[name] for name in MEASURED if name in under_way), None)
        self.empty.setVisible(results.scene is None)
        self._draw_progress(progress)
        again = self._session.jobs.live("survey")
        self.status.setText(_status(results, progress, again))
        self.status.setVisible(results.scene is not None)
        known = on_time(results, RESULTS.survey) is not None
        self.report.setVisible(known and progress is None and not again)
        self._show_known()

    def _draw_late(self) -> None:
        """What is of another step is grey."""
        late = self._session.results.late
        for key, section in self.sections.items():
            grey(late, RESULTS.verdicts if key == "verdicts" else RESULTS.survey, section.body)
        grey(late, RESULTS.hole_list, self.list, self.others)
        self._draw_state()

    def _draw_survey(self, survey: Survey | None) -> None:
        names = self._names()
        all_chapters = chapters(survey, names) if survey is not None else ()
        self._keys = {key: keys for key, keys in self._keys.items() if key == "verdicts"}
        for chapter in all_chapters:
            self._draw_chapter(chapter)
        radii = None if survey is None else survey.radii
        for chart in (self.radii, self.survival):
            chart.setVisible(radii is not None and "radius" in self.sections)
        if survey is not None and radii is not None:
            self._draw_radii(radii, names, survey.gaussian)
        self._draw_hole_list()
        self._draw_late()

    def _names(self) -> tuple[str, ...]:
        scene = self._session.results.scene
        return () if scene is None else scene.classes

    def _draw_hole_list(self) -> None:
        names, hole_list = self._names(), self._session.results.hole_list
        self.list.set_holes(hole_list or (), names, class_colours(max(len(names), 1)))
        placed = "holes" in self.sections  # what has no place yet would be a window of its own
        for part in (self.detector, self.list):
            part.setVisible(placed and self._session.results.codes is not None)
        self.others.setText(_left_out(hole_list, self.list.count()))
        self.others.setVisible(placed and bool(self.others.text()))

    def _draw_detector(self, key: str) -> None:
        self.detector.show_value(key)
        self.detector.setToolTip(_explanation(key))

    def _draw_verdicts(self) -> None:
        results = self._session.results
        findings = verdict_findings(results.verdicts, results.detectors)
        self._keys.pop("verdicts", None)
        if findings:
            self._draw_chapter(Chapter("verdicts", "Is the cursor in a hole?", findings))
        self._draw_late()

    def _among(self, chapter: str, rows: list[FindingRow]) -> list[QWidget]:
        """The rows of a chapter, and its pictures where they belong among them."""
        if chapter == "radius":
            return [*rows[:1], self.radii, self.survival, *rows[1:]]
        if chapter == "holes":
            return [*rows, self.detector, self.list, self.others]
        return [*rows]

    def _end(self) -> int:
        return self.column.indexOf(self.report)

    def _draw_radii(self, radii: RadiusSample, names: tuple[str, ...], gaussian: bool) -> None:
        shares = radii.shares
        rows = [
            ClassRadius(*row, shares[k] > 0, _nearest(radii, k))
            for k, row in enumerate(radii.by_class)
        ]
        self.radii.set_radii(names, class_colours(max(len(names), 1)), rows)
        longest = radii.quantile(0.999)
        finite = math.isfinite(longest) and longest > 0
        self.survival.setVisible(finite)
        if finite:
            lengths = np.linspace(0, longest, STEPS)
            most = survival_bound(shares, lengths) if gaussian else None
            self.survival.set_shares(lengths, radii.survival(lengths), most)

    def _did_hover(self, index: int) -> None:
        hole = self.list.hole(index)
        self.place_hovered.emit(None if hole is None else hole.centre)

    def _did_choose(self, index: int) -> None:
        """Goes there, and has in sight why it is a hole."""
        self.hole_requested.emit(self.list.hole(index))
        section = self.sections.get("verdicts")
        if section is not None:
            section.set_open(True)
            self.ensureWidgetVisible(section, 0, 8)

    def _did_see(self, key: str) -> None:
        self._session.set(detector=key)

    # ---- looks ----

    def _lay_out(self) -> None:
        as_caption(self.others)
        self.report.setToolTip("All of this, with the figures, in one HTML file")
        self.add(self.report)


def _status(results: Results, progress: Progress | None, under_way: bool) -> str:
    """What is under way, or which step the numbers belong to and what there are none of."""
    scene, survey = results.scene, results.survey
    before = ""
    if survey is not None and (RESULTS.survey in results.late or not results.resting):
        before = f"These are of step {grouped(survey.step)}. "
    if progress is not None:
        return f"{before}{progress.text[:1].upper()}{progress.text[1:]}…"
    if not results.resting:
        return f"{before}The geometry is measured as soon as the training rests."
    if scene is None or survey is None or before or under_way:
        return f"{before}Measuring…"
    sentences = [f"Measured at step {grouped(survey.step)}."]
    sentences += [NO_CLASSES] if scene.logits is None else []
    sentences += [NO_CODES] if results.codes is None else []
    return " ".join(sentences)


def _left_out(hole_list: Sequence[Hole] | None, listed: int) -> str:
    """Holes that the list has no room for, or that there are none."""
    if hole_list is None:
        return ""
    if all(hole.exterior for hole in hole_list):
        return "No hole is seen among the codes."
    left = len(hole_list) - listed
    return f"{left} smaller holes are not listed." if left else ""


def _explanation(key: str) -> str:
    """What the holes are that this detector sees."""
    detector = DETECTORS[key]
    return tip(
        f"{detector.meaning} It cannot see: {detector.blind}",
        unit=detector.unit,
        formula=detector.formula,
        source=detector.source,
    )


def _nearest(radii: RadiusSample, index: int) -> tuple[tuple[int, float], ...]:
    """The other classes and how far they are on average, the nearest first."""
    if radii.between is None:
        return ()
    away = radii.between[index]
    order = [k for k in np.argsort(away).tolist() if k != index and math.isfinite(away[k])]
    return tuple((k, float(away[k])) for k in order[:NAMED])
