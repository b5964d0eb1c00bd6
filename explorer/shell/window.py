"""The one window: the map in the middle, and what explains it around."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.engine.errors import Failure
from lacuna.core.session.session import Session

from ..look import preferences, theme
from ..map.view import MapView
from ..panels.beside import MapArea
from ..panels.cursor import CursorPanel
from ..panels.data import ask_for_images
from ..panels.diversity import VersusPanel
from ..panels.experiment import ExperimentPanel
from ..panels.explore import ExplorePanel
from ..panels.geometry import GeometryPanel
from ..panels.measures import MeasuresPanel
from ..panels.path import PathBar
from ..panels.scrubber import Scrubber
from ..panels.titles import title_of
from ..panels.training import TrainPanel
from .anchors import Anchors
from .command_table import table
from .commands import Palette, actions
from .files import Files, asked_open
from .guide import Guide
from .kept_runs import KeptRuns, described
from .leaving import Leaving
from .messages import MessageBar
from .side import SidePanel
from .status import StatusBar
from .top import TopBar


class Window(QMainWindow):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.messages = MessageBar()
        self.map, self.scrubber = MapView(session), Scrubber(session, self)
        self.maps = MapArea(session, self.map, self.scrubber)
        self.cursor = CursorPanel(session)
        self.explore, self.train = ExplorePanel(session), TrainPanel(session)
        self.geometry, self.measures = GeometryPanel(session), MeasuresPanel(session)
        self.path, self.status = PathBar(session), StatusBar(session)
        self.experiment, self.versus = ExperimentPanel(session, self), VersusPanel(session, self)
        self.anchors = Anchors(session)
        self.files = Files(session, self.messages, self.anchors, self)
        self.runs = KeptRuns(session, self.messages, self)
        self._leaving = Leaving(session, self.messages, self)
        self.side = SidePanel(
            {
                "Explore": ("explore", self.explore),
                "Train": ("train", self.train),
                "Geometry": ("geometry", self.geometry),
                "Measures": ("measures", self.measures),
            }
        )
        self.commands = table(self)
        self.top = TopBar(session, self.commands)
        self.actions_ = actions(list(self.commands.values()), self, (self.map, self.path))
        self._lay_out()
        self._connect()
        self._restore()

    # ---- what can be asked for ----

    def show_palette(self) -> None:
        Palette(list(self.commands.values()), self).open_over(self)

    def show_help(self) -> None:
        Guide(list(self.commands.values()), self).show()

    def show_experiment(self) -> None:
        self.experiment.show()
        self.experiment.activateWindow()

    def ask_versus(self) -> None:
        """Which file holds the model that the shown one is compared with."""
        if path := asked_open(self, "Compare with"):
            self.versus.show()
            self.session.compare_with(path)

    def ask_beside(self) -> None:
        """Which file holds the model that is shown beside this one."""
        if path := asked_open(self, "Open beside"):
            self.maps.open(path)

    def ask_data(self) -> None:
        ask_for_images(self, self.session)

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
        preferences.preferences().setValue("theme", choice)

    # ---- session -> screen ----

    def _connect(self) -> None:
        s = self.session
        self.cursor.data_wanted.connect(self.ask_data)
        self.path.place_wanted.connect(self.anchors.place)
        self.explore.open_wanted.connect(self.files.open_model)
        self.files.remembered.connect(self.explore.draw_gallery)
        self.runs.found.connect(self._draw_runs)
        self.explore.kept.open_wanted.connect(self.runs.open)
        self.explore.kept.discard_wanted.connect(self.runs.discard)
        self.messages.dismissed.connect(s.dismiss)
        self.geometry.report_wanted.connect(self.files.ask_report)
        self.train.experiment_wanted.connect(self.show_experiment)
        self.measures.train_wanted.connect(lambda: self.side.show_page(1))
        self.experiment.problem.connect(lambda said: self.messages.show_failure(said, ""))
        self.geometry.hole_wanted.connect(self.map.fly_to)
        self.maps.class_hovered.connect(self._highlight)
        self.maps.failed.connect(self._draw_failure)
        self.maps.closed.connect(lambda _: self.top.draw_possible())
        self.maps.closed.connect(lambda _: self.runs.look())
        for part in (self.map, self.cursor, self.explore, self.path, self.geometry):
            part_signal = part.hovered_class if part is self.map else part.class_hovered
            part_signal.connect(self._highlight)
        for part in (self.explore, self.path, self.geometry):
            part.place_hovered.connect(self.maps.point_at)
        self.map.hovered_travel.connect(self.path.highlight)
        s.listen(self.messages.show_info)
        s.watch("results.failure", self._draw_failure)
        for name in ("results.document", "results.scene"):
            s.watch(name, lambda _: self.setWindowTitle(f"Lacuna - {title_of(s)}"))
        for name in vars(s.settings):
            s.watch(f"settings.{name}", lambda _: self.top.draw_possible())

    def _draw_runs(self, paths: list[Path]) -> None:
        self.explore.kept.draw([(path, *described(path)) for path in paths])

    def _highlight(self, index: int) -> None:
        self.maps.highlight(index)
        self.cursor.highlight(index)
        self.geometry.highlight(index)

    def _draw_failure(self, failure: Failure | None) -> None:
        if failure is not None:
            self.messages.show_failure(failure.sentence, failure.details)

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
        _column(whole, (self.top, 0), by_top, (middle, 1), by_status, (self.status, 0))
        self.messages.setParent(whole)
        corner = self.map.badge, self.map.condition
        self.messages.float_over(self.map, corner, (self.map.key,))
        for part in (self.top, self.side, self.cursor, self.path, self.status, self.scrubber):
            part.setProperty("surface", "panel")
            part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCentralWidget(whole)
        self.setMinimumSize(960, 640)
        self.resize(1280, 800)
        self.map.setFocus()

    def _restore(self) -> None:
        kept_layout = preferences.preferences()
        if (geometry := kept_layout.value("geometry")) is not None:
            self.restoreGeometry(geometry)
        if kept_layout.value("folded", "false") == "true":
            self.side.show_page(0, opened=False)

    def closeEvent(self, event: QCloseEvent) -> None:
        layout = preferences.preferences()
        layout.setValue("geometry", self.saveGeometry())
        layout.setValue("folded", "true" if self.side.pages.isHidden() else "false")
        if self._leaving.may_go():
            self.maps.close_second()
            self.session.close()
            event.accept()
        else:
            event.ignore()


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
