"""The one window: the map in the middle, and what explains it around."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from core import kept
from core.anchors import suggested
from core.engine import Failure
from core.home import bundled
from core.problem import Problem
from core.session import Session
from core.state import Point
from core.store import SUFFIX
from explorer import recent, theme
from explorer.commands import Command, Palette, actions
from explorer.guide import Guide
from explorer.map.view import MapView
from explorer.messages import MessageBar
from explorer.panels.beside import MapArea, other_side
from explorer.panels.cursor import CursorPanel
from explorer.panels.data import ask_for_images
from explorer.panels.experiment import ExperimentPanel
from explorer.panels.explore import ExplorePanel
from explorer.panels.geometry import GeometryPanel
from explorer.panels.measures import MeasuresPanel
from explorer.panels.path import PathBar
from explorer.panels.training import TrainPanel
from explorer.panels.versus import VersusPanel
from explorer.pieces.scrubber import Scrubber
from explorer.side import SidePanel
from explorer.status import StatusBar
from explorer.top import TopBar, title_of

FILTER = f"Lacuna (*{SUFFIX})"
PAGES = "Web page (*.html)"


class Window(QMainWindow):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._suggesting = False
        self._leaving = QTimer(self, interval=20)  # asked to close, with work to finish
        self._leaving.timeout.connect(self._leave)
        self._path: Path | None = None  # of the session, as it was when last remembered
        self.commands = {command.name: command for command in self._table()}
        self.messages = MessageBar()
        self.map, self.scrubber = MapView(session), Scrubber(session, self)
        self.maps = MapArea(session, self.map, self.scrubber)
        self.cursor = CursorPanel(session)
        self.explore, self.train = ExplorePanel(session), TrainPanel(session)
        self.geometry, self.measures = GeometryPanel(session), MeasuresPanel(session)
        self.path, self.status = PathBar(session), StatusBar(session)
        self.experiment, self.versus = ExperimentPanel(session, self), VersusPanel(session, self)
        self.top = TopBar(session, self.commands)
        self.side = SidePanel(
            {
                "Explore": ("explore", self.explore),
                "Train": ("train", self.train),
                "Geometry": ("geometry", self.geometry),
                "Measures": ("measures", self.measures),
            }
        )
        touched = (self.map, self.path)
        self.actions_ = actions(list(self.commands.values()), self, touched)
        self._lay_out()
        self._connect()
        self._restore()

    # ---- what can be asked for ----

    def _table(self) -> list[Command]:
        s, there = self.session, lambda: self.session.results.document is not None
        return [
            Command("open", "Open a file…", self.ask_open, "Ctrl+O", "open"),
            Command("follow", "Follow a run…", self.ask_follow, "", "open"),
            Command("save", "Save", self.save, "Ctrl+S", "save", there),
            Command("save as", "Save as…", self.ask_save, "Ctrl+Shift+S", "save", there),
            Command("undo", "Undo", lambda: self.maps.history.undo(), "Ctrl+Z", "undo",
                    lambda: self.maps.history.can_undo),
            Command("redo", "Redo", lambda: self.maps.history.redo(), "Ctrl+Shift+Z", "redo",
                    lambda: self.maps.history.can_redo),
            Command("palette", "Commands", self.show_palette, "Ctrl+K", "commands"),
            Command("fit", "Fit the map to the codes", lambda: self.map.fit(), "F", "fit"),
            Command("play", "Play the path", lambda: self.path.toggle_play(), "Space", "play"),
            Command("anchors", "Place A and B", self.place_anchors, "", "plus", there),
            Command("train", "Start training", lambda: s.train(), "Ctrl+T", "train",
                    lambda: s.results.run == "idle"),
            Command("pause", "Pause or resume training", self.pause, "Ctrl+P", "pause",
                    lambda: s.results.run in ("preparing", "training", "paused")),
            Command("stop", "Stop training", s.stop, "", "stop",
                    lambda: s.results.run != "idle"),
            Command("hold", "Hold this picture, or follow again", self.hold, "H", "lock", there),
            Command("timeline", "Play the training", lambda: self.scrubber.toggle_play(), "",
                    "play", lambda: len(s.results.timeline) > 1),
            Command("data", "Find this model's images…", self.ask_data, "", "open", there),
            Command("alone", "The map alone, or all panels", self.toggle_alone, "F11", "eye"),
            *(Command(f"page {title}", f"Go to {title}",
                      lambda at=at: self.side.show_page(at), f"Ctrl+{at + 1}", title.lower())
              for at, title in enumerate(("Explore", "Train", "Geometry", "Measures"))),
            Command("report", "Save the geometry as a report…", self.ask_report, "", "geometry",
                    lambda: s.results.survey is not None and not s.live("survey")),
            Command("experiment", "Before and after the omega term…", self.show_experiment, "",
                    "train"),
            Command("versus", "Compare with another model…", self.ask_versus, "", "geometry",
                    there),
            Command("beside", "Open a model beside…", self.ask_beside, "Ctrl+Shift+O", "open",
                    there),
            Command("beside again", "Train the same beside, with another seed",
                    lambda: self.maps.train(), "", "train", there),
            Command("beside side", "Open the experiment's other model beside",
                    lambda: self.maps.open_side(), "", "open",
                    lambda: other_side(s) is not None),
            Command("differences", "How the two models differ…",
                    lambda: self.maps.show_differences(), "", "measures",
                    lambda: self.maps.workspace is not None),
            Command("beside close", "Close the model beside", lambda: self.maps.close_second(), "",
                    "close", lambda: self.maps.workspace is not None),
            Command("side", "Show or hide the left panel", self.toggle_side, "Ctrl+B", "explore"),
            *(Command(f"theme {name}", f"Colours: {name}", lambda name=name: self.dress(name), "",
                      "eye") for name in ("system", "light", "dark")),
            *(Command(f"model {name}", f"Open the bundled model: {name}",
                      lambda path=path: self.open_model(path), "", "open")
              for name, path in bundled().items()),
            Command("help", "What is this?", self.show_help, "F1", "help"),
            Command("quit", "Quit", self.close, "Ctrl+Q", "close"),
        ]  # fmt: skip

    def show_palette(self) -> None:
        Palette(list(self.commands.values()), self).open_over(self)

    def show_help(self) -> None:
        Guide(list(self.commands.values()), self).show()

    # ---- files ----

    def ask_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open", "", FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        self._suggesting = False
        self.session.open(path)

    def ask_follow(self) -> None:
        """Which file another program trains into."""
        name, _ = QFileDialog.getOpenFileName(self, "Follow a run", "", FILTER)
        if name:
            self.follow(Path(name))

    def follow(self, path: Path) -> None:
        self._suggesting = False
        self.session.follow(path)

    def open_model(self, path: Path) -> None:
        """One of the gallery: with A and B placed, so that there is something to touch."""
        self._suggesting = True
        if path in bundled().values():
            self.session.open(path, whose="bundled")
        else:
            self.open(path)

    def save(self) -> None:
        if self.session.path is None:
            self.ask_save()
        else:
            self._save(self.session.path)

    def ask_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save as", f"model{SUFFIX}", FILTER)
        if name:
            path = Path(name)
            self._save(path if path.suffix else path.with_suffix(SUFFIX), over=True)

    def _save(self, path: Path, over: bool = False) -> None:
        try:
            self.session.save(path, over=over)
        except Problem as problem:
            again = ("Save over it", lambda: self._save(path, over=True))
            self.messages.show_failure(str(problem), "", () if over else (again,))

    def ask_report(self) -> None:
        """Where the geometry report is to be written."""
        name, _ = QFileDialog.getSaveFileName(self, "Save the report as", "geometry.html", PAGES)
        if name:
            path = Path(name)
            self.session.export_report(path if path.suffix else path.with_suffix(".html"))

    def _remember(self) -> None:
        """The session's file among the recent ones, once it has been read or written."""
        path = self.session.path
        if path != self._path:
            self._path = path
            if path is not None:
                recent.remember(path)
                self.explore.draw_gallery()

    # ---- experiments ----

    def show_experiment(self) -> None:
        self.experiment.show()
        self.experiment.activateWindow()

    def ask_versus(self) -> None:
        """Which file holds the model that the shown one is compared with."""
        name, _ = QFileDialog.getOpenFileName(self, "Compare with", "", FILTER)
        if name:
            self.versus.show()
            self.session.compare_with(Path(name))

    def ask_beside(self) -> None:
        """Which file holds the model that is shown beside this one."""
        name, _ = QFileDialog.getOpenFileName(self, "Open beside", "", FILTER)
        if name:
            self.maps.open(Path(name))

    # ---- data ----

    def ask_data(self) -> None:
        ask_for_images(self, self.session)

    # ---- verbs ----

    def pause(self) -> None:
        s = self.session
        s.resume() if s.results.run == "paused" else s.pause()

    def hold(self) -> None:
        held, scene = self.session.settings.step is not None, self.session.results.scene
        self.session.set(step=None if held or scene is None else scene.step)

    def place_anchors(self) -> None:
        if self.session.results.scene is not None:
            self.session.set(**self._anchors(), target=None, travel=0.0)

    def _anchors(self) -> dict[str, Point]:
        scene = self.session.results.scene
        assert scene is not None
        start, end = suggested(self.session.results.codes, scene.latent)
        return {"start": start, "end": end}

    def toggle_alone(self) -> None:
        alone = not self.top.isHidden()
        for part in (self.top, self.side, self.cursor, self.path, self.status, *self._lines):
            part.setHidden(alone)

    def toggle_side(self) -> None:
        self.side.choose(self.side.pages.currentIndex())

    def dress(self, choice: theme.Choice) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, choice)
        recent.preferences().setValue("theme", choice)

    # ---- session -> screen ----

    def _connect(self) -> None:
        s = self.session
        self.cursor.data_wanted.connect(self.ask_data)
        self.path.place_wanted.connect(self.place_anchors)
        self.explore.open_wanted.connect(self.open_model)
        self.messages.dismissed.connect(s.dismiss)
        self.geometry.report_wanted.connect(self.ask_report)
        self.train.experiment_wanted.connect(self.show_experiment)
        self.experiment.problem.connect(lambda said: self.messages.show_failure(said, ""))
        self.geometry.hole_wanted.connect(self.map.fly_to)
        self.maps.class_hovered.connect(self._highlight)
        self.maps.failed.connect(self._draw_failure)
        self.maps.closed.connect(lambda _: self.top.draw_possible())
        for part in (self.map, self.cursor, self.explore, self.path, self.geometry):
            part_signal = part.hovered_class if part is self.map else part.class_hovered
            part_signal.connect(self._highlight)
        for part in (self.explore, self.path, self.geometry):
            part.place_hovered.connect(self.maps.point_at)
        self.map.hovered_travel.connect(self.path.highlight)
        s.listen(self.messages.show_info)
        s.listen(lambda _: self._remember())
        s.watch("results.document", lambda _: self._remember())
        s.watch("results.failure", self._draw_failure)
        s.watch("results.codes", lambda _: self._suggest())
        for name in ("results.document", "results.scene"):
            s.watch(name, lambda _: self.setWindowTitle(f"Lacuna - {title_of(s)}"))
        for name in vars(s.settings):
            s.watch(f"settings.{name}", lambda _: self.top.draw_possible())

    def _highlight(self, index: int) -> None:
        self.maps.highlight(index)
        self.cursor.highlight(index)
        self.geometry.highlight(index)

    def _draw_failure(self, failure: Failure | None) -> None:
        if failure is not None:
            self.messages.show_failure(failure.sentence, failure.details)

    def _suggest(self) -> None:
        if self._suggesting and self.session.results.codes is not None:
            self._suggesting = False
            if self.session.settings.start is None:
                self.session.adjust(**self._anchors())  # nobody did it: nothing to undo

    def offer(self, runs: list[Path]) -> None:
        """A run that a crash or a closed window left behind."""
        if not runs:
            return
        path = runs[0]

        def go_on() -> None:
            self.messages.dismiss()
            self.session.open(path, whose="kept")

        def discard() -> None:
            kept.forget(path)
            self.messages.dismiss()
            self.offer(runs[1:])

        said = f"The training of {path.name[:16].replace('.', ':')} was not saved: it is kept."
        self.messages.show_info(said, [("Open it", go_on), ("Discard it", discard)])

    # ---- looks, and the way out ----

    def _lay_out(self) -> None:
        self._lines = [_line(upright) for upright in (True, False, True, False, False)]
        by_side, by_path, by_cursor, by_top, by_status = ((line, 0) for line in self._lines)
        left = QWidget()
        _row(left, (self.side, 0), by_side, (self.maps, 1))
        beside = QWidget()
        _column(beside, (left, 1), by_path, (self.path, 0))
        middle = QWidget()
        _row(middle, (beside, 1), by_cursor, (self.cursor, 0))
        whole = QWidget()
        parts = (self.top, 0), by_top, (self.messages, 0), (middle, 1), by_status
        _column(whole, *parts, (self.status, 0))
        for part in (self.top, self.side, self.cursor, self.path, self.status, self.scrubber):
            part.setProperty("surface", "panel")
            part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCentralWidget(whole)
        self.setMinimumSize(960, 640)
        self.resize(1280, 800)
        self.map.setFocus()

    def _restore(self) -> None:
        kept_layout = recent.preferences()
        if (geometry := kept_layout.value("geometry")) is not None:
            self.restoreGeometry(geometry)
        if kept_layout.value("folded", "false") == "true":
            self.side.show_page(0, opened=False)

    def closeEvent(self, event: QCloseEvent) -> None:
        layout = recent.preferences()
        layout.setValue("geometry", self.saveGeometry())
        layout.setValue("folded", "true" if self.side.pages.isHidden() else "false")
        self.messages.dismiss()
        if self.session.live("training"):
            self.session.stop()
            self.messages.show_info("Stopping at the next step: the run is kept for next time.")
        elif self.session.live("save"):
            self.messages.show_info("The window closes as soon as the file is written.")
        else:
            self.maps.close_second()
            self.session.close()
            event.accept()
            return
        event.ignore()
        self._leaving.start()

    def _leave(self) -> None:
        """Close once the last word is on disk; stay where it could not be written."""
        if self.session.results.failure is not None:
            self._leaving.stop()
        elif not (self.session.live("training") or self.session.live("save")):
            self._leaving.stop()
            self.close()


def _row(holder: QWidget, *parts: tuple[QWidget, int]) -> None:
    _fill(QHBoxLayout(holder), parts)


def _column(holder: QWidget, *parts: tuple[QWidget, int]) -> None:
    _fill(QVBoxLayout(holder), parts)


def _fill(layout: QBoxLayout, parts: Sequence[tuple[QWidget, int]]) -> None:
    """Widgets with their stretches, edge to edge."""
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for part, stretch in parts:
        layout.addWidget(part, stretch)


def _line(upright: bool = False) -> QFrame:
    """A hairline between two surfaces."""
    line = QFrame()
    line.setProperty("role", "hairline")
    line.setFixedWidth(1) if upright else line.setFixedHeight(1)
    return line
