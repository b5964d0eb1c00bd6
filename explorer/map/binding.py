"""The binding of the map: each field of the session that it watches, and what shows it."""

from __future__ import annotations

from collections.abc import Callable

from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.path import Family
from lacuna.core.render.colours import class_colours
from lacuna.core.scene.scene import Scene
from lacuna.core.session.belonging import is_late
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Point
from lacuna.core.session.state import drawn_families, heights_of, path_of, placed, shown_path

from . import tips
from .canvas import MapCanvas
from .classes import ClassImage
from .coordinates import Coordinates, whole_space
from .heights import HeightImage
from .holes import HoleImage
from .layers import LayerName
from .marks import MarkName
from .name_placement import NamePlacement
from .navigation import Navigation
from .overlays import Overlays
from .paths import Line

MARKS: dict[MarkName, Point | None] = {  # the field that each of them stands for
    "cursor": SETTINGS.cursor,
    "start": SETTINGS.start,
    "end": SETTINGS.end,
    "picked": SETTINGS.picked,
}


class Binding:
    """From the session to the canvas, its overlays and its names, until it ends."""

    def __init__(
        self,
        session: Session,
        canvas: MapCanvas,
        overlays: Overlays,
        names: NamePlacement,
        navigation: Navigation,
    ) -> None:
        self._session, self._canvas, self._layers = session, canvas, canvas.layers
        self._overlays, self._names, self._navigation = overlays, names, navigation
        self._version = 0  # of the plane: levels of another show something else
        self._scenes: dict[LayerName, Scene | None] = {}  # that the layers show
        self._ends: list[Callable[[], None]] = []
        canvas.coordinates = whole_space(len(session.settings.cursor))
        self._layers.set_classes((), class_colours(1))
        self._watch()

    def end(self) -> None:
        """Watch the session no more."""
        for end in self._ends:
            end()
        self._ends = []

    def _watch(self) -> None:
        self._show_on(self.show_window, SETTINGS.window)
        self._show_on(self._show_layers, SETTINGS.layers)
        self._show_on(self._show_scene, RESULTS.scene)
        self._show_on(self._show_empty, RESULTS.run)
        self._show_on(self._show_plane, RESULTS.plane)
        self._show_on(self._show_map, RESULTS.map)
        self._show_on(self._show_holes, RESULTS.holes)
        self._show_on(self._show_cloud, RESULTS.cloud)
        self._show_on(self._show_masses, RESULTS.masses, RESULTS.late)
        self._show_on(self._show_heights, RESULTS.heights, RESULTS.holes, SETTINGS.height)
        self._show_on(self._show_glyphs, RESULTS.glyphs, SETTINGS.shape)
        for name in MARKS:
            self._show_mark_on(name)
        for family in FAMILIES:
            self._show_path_on(family)
        choices = (SETTINGS.start, SETTINGS.end, SETTINGS.target, SETTINGS.families)
        self._show_on(self._show_paths, *choices, SETTINGS.family, RESULTS.codes, RESULTS.late)
        self._show_on(self._show_travel, SETTINGS.travel)
        self._show_on(self._show_late, RESULTS.late, RESULTS.scene, RESULTS.timeline)

    def _show_on(self, show: Callable[[], None], *fields: object) -> None:
        """Call `show` now and at every change of the fields."""
        self._ends += [self._session.watch(field, lambda _: show()) for field in fields]

    def _show_mark_on(self, name: MarkName) -> None:
        self._show_on(lambda: self._show_mark(name), MARKS[name])

    def _show_path_on(self, family: Family) -> None:
        self._show_on(lambda: self._show_path(family), path_of(RESULTS, family))

    # ---- what the map is of ----

    def show_window(self) -> None:
        """Show the window of the settings in the shape of the canvas."""
        self._navigation.follow()
        self._make_room()
        self._navigation.request_shape()

    def _show_layers(self) -> None:
        self._layers.shown = self._session.settings.layers
        self._canvas.redraw()

    def _show_scene(self) -> None:
        scene = self._session.results.scene
        classes = () if scene is None else scene.classes
        if self._layers.names.names != classes:
            colours = class_colours(max(len(classes), 1))
            self._layers.set_classes(classes, colours)
            self._overlays.legends.show_classes(classes, colours)
        self._show_masses()
        self._show_badge()
        self._show_empty()
        self._show_paths()

    def _show_plane(self) -> None:
        plane, latent = self._session.results.plane, len(self._session.settings.cursor)
        self._canvas.coordinates = Coordinates(plane) if plane else whole_space(latent)
        self._version += 1
        self._show_badge()
        for name in MARKS:
            self._show_mark(name)
        self._show_paths()

    # ---- layers ----

    def _show_map(self) -> None:
        level, layer = self._session.results.map, self._layers.classes
        if level is None:
            layer.clear()
            self._names.name(None)
        else:
            source = (self._session.scene_of(RESULTS.map), self._version)
            if self._is_training() and layer.waits(len(level.label), source):
                return
            layer.add(ClassImage(level, source))
            self._names.name(level, source)
        self._note("classes", RESULTS.map)

    def _show_holes(self) -> None:
        level, layer = self._session.results.holes, self._layers.holes
        if level is None:
            layer.clear()
        else:
            source = (self._session.scene_of(RESULTS.holes), level.threshold, self._version)
            if self._is_training() and layer.waits(len(level.score), source):
                return
            layer.add(HoleImage(level, source))
        self._note("holes", RESULTS.holes)

    def _is_training(self) -> bool:
        return not self._session.results.resting

    def _show_heights(self) -> None:
        settings, image = self._session.settings, None
        level = heights_of(settings, self._session.results)
        answer = RESULTS.holes if settings.height == "score" else RESULTS.heights
        if level is None:
            self._layers.heights.clear()
        else:
            source = (level.kind, self._session.scene_of(answer), self._version)
            image = HeightImage(level, source)
            self._layers.heights.add(image)
        self._overlays.legends.heights.show_image(image)
        self._note("heights", answer)

    def _show_glyphs(self) -> None:
        glyphs = self._session.results.glyphs
        requested = glyphs is not None and glyphs.kind == self._session.settings.shape
        self._layers.glyphs.glyphs = glyphs if requested else None
        self._note("glyphs", RESULTS.glyphs)

    def _show_cloud(self) -> None:
        self._layers.cloud.show(self._session.results.cloud)
        self._note("cloud", RESULTS.cloud)

    def _note(self, layer: LayerName, answer: object) -> None:
        """A layer shows an answer now: it may be of another step than the rest."""
        self._scenes[layer] = self._session.scene_of(answer)
        self._show_late()
        self._canvas.redraw()

    def _show_late(self) -> None:
        """What lags behind is faint, and named with its step."""
        state = self._session.store.state
        known = {name: scene for name, scene in self._scenes.items() if scene is not None}
        late = {name: scene.step for name, scene in known.items() if is_late(scene, state)}
        if late != self._layers.late:
            self._layers.late = late
            self._show_badge()
            self._canvas.redraw()

    # ---- marks and paths ----

    def _show_mark(self, name: MarkName) -> None:
        settings, coordinates = self._session.settings, self._canvas.coordinates
        z = {
            "cursor": settings.cursor,
            "start": settings.start,
            "end": settings.end,
            "picked": settings.picked,
        }[name]
        place = coordinates.place(z) if coordinates else None
        beside = coordinates is not None and z is not None and coordinates.is_beside(z)
        self._canvas.place_mark(name, place, beside)
        self._make_room()

    def _show_path(self, family: Family) -> None:
        self._set_line(family)
        self._make_room()

    def _show_paths(self) -> None:
        self._layers.paths.chosen = shown_path(self._session.settings, self._session.results)
        for family in FAMILIES:
            self._set_line(family)
        self._make_room()

    def _set_line(self, family: Family) -> None:
        lines, line = self._layers.paths.lines, self._line(family)
        if line is not None or family in lines:
            lines.pop(family, None)
            self._canvas.update()
        if line is not None:
            lines[family] = line

    def _line(self, family: Family) -> Line | None:
        """The line of a family; None where it is not chosen, or of another space."""
        settings, results = self._session.settings, self._session.results
        path, coordinates = path_of(results, family), self._canvas.coordinates
        chosen = family in drawn_families(settings, results) and placed(settings, family)
        if not chosen or path is None or coordinates is None:
            return None
        late = path_of(RESULTS, family) in results.late
        return Line(path, coordinates, late) if path.z.shape[1] == coordinates.latent else None

    def _show_travel(self) -> None:
        self._layers.paths.travel = self._session.settings.travel
        self._canvas.update()

    # ---- overlays ----

    def _show_empty(self) -> None:
        results, empty = self._session.results, self._overlays.empty
        idle = results.run == "idle"
        empty.set_text(tips.NOTHING if idle else tips.SOON, "Train a model" if idle else "")
        self._canvas.blank = results.scene is None
        empty.setVisible(self._canvas.blank)
        self._canvas.redraw()

    def _show_badge(self) -> None:
        scene = self._session.results.scene
        self._overlays.show_scene(scene, self._layers.late)
        self._make_room()

    def _show_masses(self) -> None:
        results = self._session.results
        late = RESULTS.masses in results.late
        holes_late = late or RESULTS.codes in results.late
        self._overlays.legends.show_masses(results.masses, late, holes_late)

    def _make_room(self) -> None:
        """Marks, paths or the window have moved: the legend and the names keep clear of them."""
        self._overlays.place_legends()
        self._names.schedule()
