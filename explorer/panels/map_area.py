"""The area of the map, or of two maps side by side with the sample at the cursor below each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from lacuna.core.documents.document import Document
from lacuna.core.engine.errors import Failure
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.history import History
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Point
from lacuna.core.session.workspace import Workspace

from ..map.view import MapView
from ..widgets.layouts import fill_column
from .model_differences import DifferencesDialog
from .model_header import ModelHeader
from .sample_strip import SampleStrip
from .scrubber import Scrubber

NARROWEST = 240  # pixels that a map of two needs
ROOMY = 480  # that leave room for the legend


class SecondModel(QWidget):
    """The second of two: its head, its map and what it draws."""

    close_requested = Signal()
    table_requested = Signal()
    class_hovered = Signal(int)  # -1 for none

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        session = workspace.second
        self.head, self.map, self.sample_strip = (
            ModelHeader(session),
            MapView(session),
            SampleStrip(session),
        )
        self.table = self.head.add_button("measures", "How the two differ")
        self.close_button = self.head.add_button("close", "Close this model")
        self.map.setMinimumWidth(NARROWEST)
        fill_column(self, (self.head, 0), (self.map, 1), (self.sample_strip, 0))
        self.table.clicked.connect(self.table_requested)
        self.close_button.clicked.connect(self.close_requested)
        self.map.class_hovered.connect(self.class_hovered)
        self._ends = [
            one.watch(RESULTS.scene, lambda _: self.head.set_remark(workspace.remark))
            for one in (workspace.first, workspace.second)
        ]

    def end(self) -> None:
        """Watch the sessions no more."""
        self.map.end()
        for stop in self._ends:
            stop()


class FirstModel(QWidget):
    """The first of two, or the only one: the steps of its training lie over the map's lower edge.

    So the map keeps its size when they appear.
    """

    def __init__(
        self, head: ModelHeader, view: MapView, sample_strip: SampleStrip, steps: Scrubber
    ) -> None:
        super().__init__()
        self._map, self._steps = view, steps
        fill_column(self, (head, 0), (view, 1), (sample_strip, 0))
        steps.setParent(self)
        steps.appeared.connect(self._place)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # head and samples come and go
            self._place()
        return done

    def _place(self) -> None:
        place, high = self._map.geometry(), self._steps.sizeHint().height()
        self._steps.setGeometry(place.adjusted(0, place.height() - high, 0, 0))
        self._steps.raise_()
        self._map.overlays.set_foot(0 if self._steps.isHidden() else high)


class MapArea(QSplitter):
    """The map and, where another model is opened beside it, its map."""

    opened = Signal(object)  # a session that wants to be pumped
    closed = Signal(object)  # it wants so no more
    class_hovered = Signal(int)  # on the second map; -1 for none
    failed = Signal(object)  # the Failure of the second

    def __init__(self, session: Session, first: MapView, steps: Scrubber) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._session, self.map = session, first
        self._least = first.minimumWidth()
        self.workspace: Workspace | None = None
        self.beside: SecondModel | None = None
        self.differences: DifferencesDialog | None = None
        self.head, self.sample_strip = ModelHeader(session), SampleStrip(session)
        self.addWidget(FirstModel(self.head, first, self.sample_strip, steps))
        self.setChildrenCollapsible(False)
        self._show_names(False)
        self.splitterMoved.connect(lambda: self._make_room())

    # ---- verbs ----

    def open(self, path: Path) -> None:
        """A file beside the shown model."""
        self._begin().files.open(path)

    def open_side(self) -> None:
        """The model of the experiment that is not the shown one."""
        side = other_side(self._session)
        if side is not None:
            self._begin().files.install(side)

    def train(self) -> None:
        """What the settings ask for, once more, with the next seed."""
        settings, second = self._session.settings, self._begin()
        train = replace(settings.train, seed=settings.train.seed + 1)
        second.history.adjust(data=settings.data, model=settings.model, train=train)
        second.training.start()

    def close_second(self) -> None:
        if self.workspace is None or self.beside is None:
            return
        workspace, beside, self.workspace, self.beside = self.workspace, self.beside, None, None
        parts: list[SecondModel | DifferencesDialog] = [beside]
        if self.differences is not None:
            parts.append(self.differences)
        self.differences = None
        workspace.close()
        for part in parts:
            part.end()
            part.hide()
            part.setParent(None)
            part.deleteLater()
        self._show_names(False)
        self._make_room()
        self.closed.emit(workspace.second)

    def show_differences(self) -> None:
        if self.workspace is None:
            return
        if self.differences is None:
            self.differences = DifferencesDialog(self.workspace, self.window())
        self.differences.show()
        self.differences.activateWindow()

    def highlight(self, index: int) -> None:
        """The class that the mouse is on elsewhere; -1 for none."""
        self.map.highlight(index)
        if self.beside is not None and (index < 0 or self._same_classes()):
            self.beside.map.highlight(index)

    def point_at(self, z: Point | None) -> None:
        """The place that the mouse is on elsewhere; None for none."""
        self.map.point_at(z)
        if self.beside is not None:
            self.beside.map.point_at(z)

    # ---- undo: of both, where there are two ----

    @property
    def history(self) -> Workspace | History:
        """What takes gestures back."""
        return self.workspace or self._session.history

    # ---- how it is done ----

    def _begin(self) -> Session:
        self.close_second()
        second = Session(self._session.engine, "second")
        self.workspace = Workspace(self._session, second)
        self.beside = beside = SecondModel(self.workspace)
        beside.map.addActions(self.map.actions())
        beside.close_requested.connect(self.close_second)
        beside.table_requested.connect(self.show_differences)
        beside.class_hovered.connect(self._did_hover)
        self.addWidget(beside)
        self._show_names(True)
        self.setSizes([self.width() // 2] * 2)
        self._make_room()
        self.opened.emit(second)
        second.watch(RESULTS.failure, self._draw_failure)
        return second

    def _draw_failure(self, failure: Failure | None) -> None:
        """A model that could not be opened leaves no empty map."""
        if failure is None or self.workspace is None:
            return
        self.failed.emit(failure)
        second = self.workspace.second
        if second.results.document is None and second.results.run == "idle":
            QTimer.singleShot(0, self.close_second)

    def _did_hover(self, index: int) -> None:
        if index < 0 or self._same_classes():
            self.class_hovered.emit(index)

    def _same_classes(self) -> bool:
        if self.workspace is None:
            return False
        scenes = (self.workspace.first.results.scene, self.workspace.second.results.scene)
        first, second = (() if scene is None else scene.classes for scene in scenes)
        return first == second

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """The legend covers no more than a third of a map; the names are on the map too."""
        maps = [self.map] if self.beside is None else [self.map, self.beside.map]
        for one in maps:
            one.overlays.legends.setHidden(self.beside is not None and one.width() < ROOMY)

    def _show_names(self, two: bool) -> None:
        self.map.setMinimumWidth(NARROWEST if two else self._least)
        for part in (self.head, self.sample_strip):
            part.setVisible(two)


def other_side(session: Session) -> Document | None:
    """The model of the experiment that is not the shown one; None without both."""
    experiment, shown = session.results.experiment, session.results.document
    if experiment is None or experiment.before is None or experiment.after is None:
        return None
    before, after = experiment.before.document, experiment.after.document
    return before if shown is not None and shown.model is after.model else after
