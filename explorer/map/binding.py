"""From the session to the screen: each field that the map shows, and how."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from lacuna.core.geometry.classes.masses import Masses
from lacuna.core.geometry.holes.hole_map import HoleMap
from lacuna.core.geometry.layers.relief import Glyphs
from lacuna.core.geometry.map.plane import Plane
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.path import Family
from lacuna.core.render.picture import class_colours
from lacuna.core.scene.scene import Scene
from lacuna.core.session.jobs.images import Cloud
from lacuna.core.session.jobs.map import PaintedMap
from lacuna.core.session.session import Session
from lacuna.core.session.state import Layers, Point, drawn_families, placed, shown_path

from ..widgets.empty_state import EmptyState
from . import tips
from .frame import Chart, Window, framed, identity
from .hatch import HolePicture
from .lines import Line
from .overlays import OverlaidMap
from .pictures import ClassPicture
from .relief import ReliefPicture

MARKS = ("cursor", "start", "end", "picked")


class DrawnMap(OverlaidMap):
    _misshapen = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._session, self.chart = session, identity(len(session.settings.cursor))
        self._version = 0  # of plane and condition: what is drawn of another is another picture
        self._outdated: Masses | None = None  # of the scene before this one
        self._condition: int | None = None
        self._shaping = False
        self.empty = EmptyState("", parent=self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._misshapen.connect(self._shape, Qt.ConnectionType.QueuedConnection)
        self._watch()

    def _watch(self) -> None:
        watch = self._session.watch
        watch("settings.window", self._draw_window)
        watch("settings.layers", self._draw_layers)
        watch("results.scene", self._draw_scene)
        watch("results.run", lambda _: self._draw_empty())
        watch("results.plane", self._draw_plane)
        watch("results.map", self._draw_map)
        watch("results.holes", self._draw_holes)
        watch("results.cloud", self._draw_cloud)
        for name in ("results.masses", "results.resting", "results.scrubbing"):
            watch(name, lambda _: self._draw_masses())
        for name in ("results.relief", "settings.height"):
            watch(name, lambda _: self._draw_relief())
        for name in ("results.glyphs", "settings.shape"):
            watch(name, lambda _: self._draw_glyphs())
        for name in MARKS:
            watch(f"settings.{name}", lambda z, name=name: self._draw_mark(name, z))
        for family in FAMILIES:
            watch(f"results.{family}", lambda _, name=family: self._draw_path(name))
        for name in ("start", "end", "target", "families", "family"):
            watch(f"settings.{name}", lambda _: self._draw_families())
        watch("results.codes", lambda _: self._draw_families())
        watch("settings.travel", self._draw_travel)

    def _draw_window(self, window: Window) -> None:
        self.frame = framed(window, self.width(), self.height())
        self.make_room()
        self._ask_for_shape()
        self.redraw()

    def _draw_layers(self, layers: Layers) -> None:
        self.layers = layers
        self.redraw()

    def _draw_scene(self, scene: Scene | None) -> None:
        classes = () if scene is None else scene.classes
        if tuple(self.names) != classes or self.colours.shape[0] != max(len(classes), 1):
            self.names, self.colours = classes, class_colours(max(len(classes), 1))
            self.key.show_classes(classes, self.colours)
            self._draw_cloud(self._session.results.cloud)
        if scene is not None and scene.condition != self._condition:
            self._condition = scene.condition
            self._version += 1
        self._outdated = self._session.results.masses
        self._draw_masses()
        self._draw_badge()
        self._draw_empty()
        self._draw_families()

    def _draw_empty(self) -> None:
        results = self._session.results
        idle = results.run == "idle"
        self.empty.set_text(tips.NOTHING if idle else tips.SOON, "Train a model" if idle else "")
        self.blank = results.scene is None
        self.empty.setVisible(self.blank)
        self.redraw()

    def _draw_badge(self) -> None:
        scene = self._session.results.scene
        self.badge.say(*tips.badge(scene, self.chart))
        self.condition.draw(scene, self.badge.height() + 8 if self.badge.text() else 0)
        self.make_room()

    def _draw_masses(self) -> None:
        """While a model trains they are always a little behind."""
        results = self._session.results
        masses, scene = results.masses, results.scene
        behind = masses is self._outdated or (scene and masses and masses.step != scene.step)
        self.key.show_masses(masses, bool(behind and results.thorough))

    def _draw_plane(self, plane: Plane | None) -> None:
        latent = len(self._session.settings.cursor)
        self.chart = Chart(plane) if plane is not None else identity(latent)
        self._version += 1
        self._draw_badge()
        for name in MARKS:
            self._draw_mark(name, getattr(self._session.settings, name))
        self._draw_families()

    def _draw_map(self, found: PaintedMap | None) -> None:
        if found is None:
            self.classes.clear()
            self.name_regions(None)
        else:
            of, calm = (found.step, self._version), not self._session.results.resting
            if calm and self.classes.awaits(len(found.label), of):
                return
            picture = ClassPicture(found, of)
            if self.lit >= 0:
                picture.light(self.lit)
            self.classes.take(picture)
            self.name_regions(found, of)
        self.redraw()

    def _draw_holes(self, found: HoleMap | None) -> None:
        if found is None:
            self.holes.clear()
        else:
            of = (found.step, found.threshold, self._version)
            if not self._session.results.resting and self.holes.awaits(len(found.score), of):
                return
            self.holes.take(HolePicture(found, of))
        self.redraw()

    def _draw_relief(self) -> None:
        found = self._session.results.relief
        if found is None or found.kind != self._session.settings.height:
            self.relief.clear()
            self.key.scale.show_picture(None)
        else:
            picture = ReliefPicture(found, (found.kind, found.step, self._version))
            self.relief.take(picture)
            self.key.scale.show_picture(picture)
        self.redraw()

    def _draw_glyphs(self) -> None:
        found = self._session.results.glyphs
        asked = found is not None and found.kind == self._session.settings.shape
        self.glyphs: Glyphs | None = found if asked else None
        self.redraw()

    def _draw_cloud(self, cloud: Cloud | None) -> None:
        self.cloud.show(cloud, self.colours)
        self.redraw()

    def _draw_mark(self, name: str, z: Point | None) -> None:
        place = self.chart.place(z) if self.chart is not None else None
        off = place is not None and z is not None and tips.is_off(self.chart, z)
        self.place_mark(name, place, off)
        self.make_room()

    def _draw_line(self, family: Family) -> None:
        settings, results, chart = self._session.settings, self._session.results, self.chart
        path, drawn = getattr(results, family), family in drawn_families(settings, results)
        self.lines.pop(family, None)
        known = path is not None and chart is not None and path.z.shape[1] == chart.latent
        if known and drawn and placed(settings, family):
            self.lines[family] = Line(path, chart)
        self.update()

    def _draw_path(self, family: Family) -> None:
        self._draw_line(family)
        self.make_room()

    def _draw_families(self) -> None:
        self.chosen = shown_path(self._session.settings, self._session.results)
        for family in FAMILIES:
            self._draw_line(family)
        self.make_room()

    def _draw_travel(self, travel: float) -> None:
        self.travel = travel
        self.update()

    # ---- the window has the widget's shape ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw_window(self._session.settings.window)
        self.empty.setGeometry(self.rect())
        self.readout.place(self.foot)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask_for_shape()

    def _ask_for_shape(self) -> None:
        """Once after all that is going on now, however often it is asked for."""
        wanted = self.frame.window != self._session.settings.window
        if wanted and self.isVisible() and not self._shaping:
            self._shaping = True
            self._misshapen.emit()

    def _shape(self) -> None:
        """The map is asked for over all that is seen. No wish of the user's: no step of undo."""
        self._shaping = False
        session = self._session
        if self.frame.window != session.settings.window:
            session.adjust(window=self.frame.window)
