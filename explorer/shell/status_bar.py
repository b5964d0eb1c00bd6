"""The status bar: device, time of the map and of a decode, and the jobs under way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QProgressBar, QToolButton, QWidget

from lacuna.core.engine import device
from lacuna.core.engine.errors import Problem
from lacuna.core.figures.finding import grouped
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.jobs.cursor_sample import CursorSample
from lacuna.core.session.jobs.map import PaintedMap
from lacuna.core.session.session import Session
from lacuna.core.training.config import TrainConfig

from ..look import icons
from ..widgets.tip import tip

LINE = 110  # letters of a message in the list
JOBS: dict[str, str] = {  # what is under way, as it follows "Stop" too
    "training": "training",
    "experiment": "the experiment",
    "diversity_comparison": "comparing the models",
    "open": "opening",
    "save": "saving",
    "follow": "following",
    "export": "exporting",
    "dataset": "loading the images",
    "codes": "encoding",
    "cloud": "encoding all",
    "alignment": "aligning the maps",
    "plane": "placing the map",
    "map": "drawing the map",
    "heights": "measuring heights",
    "glyphs": "drawing figures",
    "generator_grid": "bending the grid",
    "critic_map": "asking the critic",
    "sample": "drawing at the cursor",
    "samples": "drawing samples",
    "picked": "redrawing the image",
    "inversion": "looking for the best code",
    **dict.fromkeys(FAMILIES, "looking for a path"),
    "mesh": "preparing the paths",
    "path_measures": "measuring the paths",
    "holes": "looking for holes",
    "hole_list": "listing the holes",
    "detectors": "learning what is normal",
    "verdicts": "judging the cursor's place",
    "masses": "measuring the classes",
    "survey": "measuring the geometry",
    "measured": "measuring",
    "quality": "measuring the quality",
    "diagnoses": "diagnosing",
}


class StatusBar(QWidget):
    """One line at the foot of the window."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.device, self.map, self.decode = QLabel(), QLabel(), QLabel()
        self.jobs: dict[str, JobRow] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 0, 16, 0)
        self._row.setSpacing(16)
        for label in (self.device, self.map, self.decode):
            label.setProperty("role", "caption")
            self._row.addWidget(label)
        self._row.addStretch(1)
        self.messages = MessageButton()
        self._row.addWidget(self.messages)
        self.setFixedHeight(28)
        self.map.setToolTip(tip("How long the newest map took, and how many points were decoded."))
        self.decode.setToolTip(tip("How long decoding and judging the sample at the cursor took."))
        session.watch(SETTINGS.train, self._draw_device)
        session.watch(RESULTS.map, self._draw_map)
        session.watch(RESULTS.sample, self._draw_decode)
        session.watch(RESULTS.progress, lambda _: self._draw_jobs())
        session.watch(RESULTS.run, lambda _: self._draw_jobs())
        session.watch(RESULTS.training, lambda _: self._draw_jobs())

    def _draw_device(self, config: TrainConfig) -> None:
        try:
            self.device.setText(device.described(device.choose(config.device)))
        except Problem as problem:
            self.device.setText(str(problem))

    def _draw_map(self, class_map: PaintedMap | None) -> None:
        text = class_map and f"map {class_map.seconds:.2f} s, {grouped(class_map.decodes)} decodes"
        self.map.setText(text or "")

    def _draw_decode(self, sample: CursorSample | None) -> None:
        self.decode.setText("" if sample is None else f"decode {sample.milliseconds:.1f} ms")

    def _draw_jobs(self) -> None:
        results, running = self._session.results, {}
        for name, progress in results.progress:
            running[name] = (JOBS[name], progress.fraction, progress.text)
        if results.training is not None and results.run in ("training", "pausing", "stopping"):
            running["training"] = ("training", results.training.fraction, "training the model")
        for name in set(self.jobs) - set(running):
            self.jobs.pop(name).deleteLater()
        for name, (title, fraction, text) in running.items():
            if name not in self.jobs:
                self.jobs[name] = JobRow(title)
                self.jobs[name].cancel.clicked.connect(partial(self._session.cancel, name))
                self._row.insertWidget(self._row.count() - 1, self.jobs[name])
            self.jobs[name].show_progress(fraction, text)


class MessageButton(QToolButton):
    """Opens the list of all messages of this session, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.list = QMenu(self)
        self._read: Callable[[], Sequence[tuple[datetime, str]]] = tuple
        icons.set_icon(self, "commands")
        self.setMenu(self.list)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip("Messages until now")
        self.setAccessibleName("Messages until now")
        self.setFixedSize(24, 22)
        self.list.aboutToShow.connect(self._fill)

    def read_from(self, messages: Callable[[], Sequence[tuple[datetime, str]]]) -> None:
        """messages: when and what, the newest last"""
        self._read = messages

    def _fill(self) -> None:
        self.list.clear()
        for when, sentence in reversed(self._read()):
            line = f"{when:%H:%M}  {sentence}".replace("&", "&&")
            self.list.addAction(line if len(line) < LINE else f"{line[:LINE]}…").setToolTip(
                sentence
            )
        if self.list.isEmpty():
            self.list.addAction("No messages yet").setEnabled(False)


class JobRow(QWidget):
    """One job under way: its name, how far it is, and a button that ends it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.label, self.bar, self.cancel = QLabel(title), QProgressBar(), QToolButton()
        self.label.setProperty("role", "caption")
        self.bar.setFixedWidth(72)
        self.bar.setTextVisible(False)
        icons.set_icon(self.cancel, "close")
        self.cancel.setToolTip(f"Stop {title}")
        self.cancel.setFixedSize(20, 20)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for part in (self.label, self.bar, self.cancel):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_progress(self, fraction: float | None, text: str) -> None:
        self.bar.setRange(0, 0 if fraction is None else 1000)
        self.bar.setValue(round(1000 * (fraction or 0)))
        self.setToolTip(text)
