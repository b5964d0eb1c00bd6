"""The main window: the map in the middle, panels around it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QWidget,
)

from lacuna.core.engine.errors import Failure
from lacuna.core.session.fields import EVERY_SETTING, RESULTS
from lacuna.core.session.session import Session

from ..look import preferences, theme
from ..map.view import MapView
from ..panels.cursor import CursorPanel
from ..panels.data_chooser import ask_for_images
from ..panels.diversity_comparison import DiversityDialog
from ..panels.experiment import ExperimentDialog
from ..panels.explore import ExplorePanel
from ..panels.geometry import GeometryPanel
from ..panels.map_area import MapArea
from ..panels.measures import MeasuresPanel
from ..panels.path_bar import PathBar
from ..panels.scrubber import Scrubber
from ..panels.titles import title_of
from ..panels.training import TrainPanel
from ..widgets.file_choice import file_to_open
from ..widgets.layouts import fill_column, fill_row, hairline
from .anchors import Anchors
from .closing import Closing
from .command_palette import CommandPalette
from .command_table import table
from .commands import actions
from .file_dialogs import MODELS, Files
from .help_dialog import HelpDialog
from .kept_runs import KeptRuns, describe
from .message_bar import MessageBar
from .side_panel import SidePanel
from .status_bar import StatusBar
from .theory_reader import TheoryReader
from .top_bar import TopBar


class Window(QMainWindow):
    """Makes the parts, connects them, and lays them out."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.messages = MessageBar()
        self.map, self.scrubber = MapView(session), Scrubber(session, self)
        self.map_area = MapArea(session, self.map, self.scrubber)
        self.cursor_panel = CursorPanel(session)
        self.explore_panel, self.train_panel = ExplorePanel(session), TrainPanel(session)
        self.geometry_panel, self.measures_panel = GeometryPanel(session), MeasuresPanel(session)
        self.path_bar, self.status_bar = PathBar(session), StatusBar(session)
        self.experiment_dialog = ExperimentDialog(session, self)
        self.diversity_dialog = DiversityDialog(session, self)
        self.theory_reader = TheoryReader(self)
        self.anchors = Anchors(session)
        self.files = Files(session, self.messages, self.anchors, self)
        self.kept_runs = KeptRuns(session, self.messages, self)
        self._leaving = Closing(session, self.messages, self)
        self.side_panel = SidePanel(
            {
                "Explore": ("explore", self.explore_panel),
                "Train": ("train", self.train_panel),
                "Geometry": ("geometry", self.geometry_panel),
                "Measures": ("measures", self.measures_panel),
            }
        )
        self.commands = table(self)
        self.top_bar = TopBar(session, self.commands)
        self._around: tuple[QWidget, ...] = (
            self.top_bar,
            self.side_panel,
            self.cursor_panel,
            self.path_bar,
            self.status_bar,
        )
        actions(list(self.commands.values()), self, (self.map, self.path_bar))
        self._lay_out()
        self._connect()
        self._restore()

    # ---- what can be asked for ----

    def show_palette(self) -> None:
        CommandPalette(list(self.commands.values()), self).open_over(self)

    def show_help(self) -> None:
        HelpDialog(list(self.commands.values()), self).show()

    def show_theory(self) -> None:
        self.theory_reader.open_passage()

    def show_experiment(self) -> None:
        self.experiment_dialog.show()
        self.experiment_dialog.activateWindow()

    def ask_comparison(self) -> None:
        """Ask which model the shown one is compared with."""
        if path := file_to_open(self, "Compare with", MODELS):
            self.diversity_dialog.show()
            self.session.experiments.compare_with(path)

    def ask_beside(self) -> None:
        """Ask which model is opened beside this one."""
        if path := file_to_open(self, "Open beside", MODELS):
            self.map_area.open(path)

    def ask_data(self) -> None:
        ask_for_images(self, self.session)

    def toggle_alone(self) -> None:
        alone = not self.top_bar.isHidden()
        for part in (*self._around, *self._lines):
            part.setHidden(alone)

    def toggle_side(self) -> None:
        self.side_panel.choose(self.side_panel.pages.currentIndex())

    def set_scheme(self, scheme: theme.Scheme) -> None:
        """Change the colours of the program, and keep the choice for the next start."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, scheme)
        preferences.preferences().setValue("theme", scheme)

    # ---- session -> screen ----

    def _connect(self) -> None:
        s = self.session
        self.cursor_panel.data_requested.connect(self.ask_data)
        self.path_bar.place_requested.connect(self.anchors.place)
        self.explore_panel.open_requested.connect(self.files.open_model)
        self.files.remembered.connect(self.explore_panel.draw_gallery)
        self.kept_runs.changed.connect(self._draw_runs)
        self.explore_panel.kept.open_requested.connect(self.kept_runs.open)
        self.explore_panel.kept.discard_requested.connect(self.kept_runs.discard)
        self.messages.dismissed.connect(s.notices.dismiss)
        self.status_bar.messages.read_from(lambda: self.messages.stack.past)
        self.geometry_panel.report_requested.connect(self.files.ask_report)
        self.train_panel.experiment_requested.connect(self.show_experiment)
        for page in (self.geometry_panel, self.measures_panel):
            page.theory_requested.connect(self.theory_reader.open_passage)
        self.measures_panel.train_requested.connect(lambda: self.side_panel.show_page(1))
        self.experiment_dialog.problem.connect(self.messages.show_failure)
        self.geometry_panel.hole_requested.connect(self.map.navigation.fly_to)
        self.map_area.class_hovered.connect(self._highlight)
        self.map_area.failed.connect(self._draw_failure)
        self.map_area.closed.connect(lambda _: self.top_bar.draw_possible())
        self.map_area.closed.connect(lambda _: self.kept_runs.look())
        for view in (self.map, self.cursor_panel):
            view.class_hovered.connect(self._highlight)
        for panel in (self.explore_panel, self.path_bar, self.geometry_panel):
            panel.class_hovered.connect(self._highlight)
            panel.place_hovered.connect(self.map_area.point_at)
        self.map.travel_hovered.connect(self.path_bar.highlight)
        s.notices.listen(self.messages.show_info)
        s.watch(RESULTS.failure, self._draw_failure)
        for field in (RESULTS.document, RESULTS.scene):
            s.watch(field, lambda _: self.setWindowTitle(f"Lacuna - {title_of(s)}"))
        for setting in EVERY_SETTING.values():
            s.watch(setting, lambda _: self.top_bar.draw_possible())
            s.watch(setting, lambda _: self.messages.expire())

    def _draw_runs(self, paths: list[Path]) -> None:
        self.explore_panel.kept.set_runs([(path, *describe(path)) for path in paths])

    def _highlight(self, index: int) -> None:
        self.map_area.highlight(index)
        self.cursor_panel.highlight(index)
        self.geometry_panel.highlight(index)

    def _draw_failure(self, failure: Failure | None) -> None:
        if failure is not None:
            self.messages.show_failure(failure.sentence, failure.details)

    # ---- looks, and the way out ----

    def _lay_out(self) -> None:
        self._lines = [hairline(upright) for upright in (True, False, True, False, False)]
        by_side, by_path, by_cursor, by_top, by_status = ((line, 0) for line in self._lines)
        left = QWidget()
        fill_row(left, (self.side_panel, 0), by_side, (self.map_area, 1))
        beside = QWidget()
        fill_column(beside, (left, 1), by_path, (self.path_bar, 0))
        middle = QWidget()
        fill_row(middle, (beside, 1), by_cursor, (self.cursor_panel, 0))
        whole = QWidget()
        fill_column(whole, (self.top_bar, 0), by_top, (middle, 1), by_status, (self.status_bar, 0))
        self.messages.setParent(whole)
        over = self.map.overlays
        self.messages.float_over(self.map, (over.badge, over.condition), (over.legends,))
        for part in (*self._around, self.scrubber):
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
            self.side_panel.show_page(0, opened=False)

    def closeEvent(self, event: QCloseEvent) -> None:
        layout = preferences.preferences()
        layout.setValue("geometry", self.saveGeometry())
        layout.setValue("folded", "true" if self.side_panel.pages.isHidden() else "false")
        if self._leaving.may_go():
            self.map_area.close_second()
            self.session.close()
            event.accept()
        else:
            event.ignore()
