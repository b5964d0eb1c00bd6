"""The texts of the map: its badge, its notes while empty, and its tooltips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from PySide6.QtCore import QPointF

from lacuna.core.figures.finding import grouped
from lacuna.core.geometry.paths.crossings import Crossing
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.path import Path
from lacuna.core.scene.scene import Scene
from lacuna.core.session.settings import Point, Settings

from ..widgets.tip import tip
from .canvas import MapCanvas
from .coordinates import Coordinates
from .layers import LayerName
from .marks import Handle

NOTHING = "The map appears as soon as a model is trained or opened."
SOON = "The map appears with the first report of the training."
PARTS: dict[LayerName, str] = {
    "classes": "classes",
    "holes": "holes",
    "cloud": "cloud",
    "heights": "heights",
    "glyphs": "figures",
}
TITLES: dict[Handle, str] = {"cursor": "The cursor", "start": "A", "end": "B"}


def badge(scene: Scene | None, coordinates: Coordinates | None) -> tuple[str, str]:
    """The kind of map and what it means; empty where it needs no words."""
    if scene is None or coordinates is None:
        return "", ""
    if coordinates.is_slice:
        return f"a 2-D slice of {coordinates.latent}-D", tip(
            "The space has more dimensions than a map. This is the plane through the cursor along "
            "the two directions in which the codes vary most; what lies beside it is drawn where "
            "it is nearest."
        )
    if coordinates.latent == 1:
        return "a 1-D space", tip("Only left and right mean something here; up and down do not.")
    if scene.logits is None:
        return "no classes", tip("The data has no labels, so there are no regions to colour.")
    return "", ""


def behind(scene: Scene | None, late: Mapping[LayerName, int]) -> tuple[str, str]:
    """Which layers are of another step than the scene, and why; empty where none is."""
    if scene is None or not late:
        return "", ""
    steps = {
        step: [PARTS[name] for name in late if late[name] == step] for step in set(late.values())
    }
    text = "; ".join(
        f"{' and '.join(steps[step])} of step {grouped(step)}" for step in sorted(steps)
    )
    return f"{text[:1].upper()}{text[1:]}", tip(
        f"The map is that of step {grouped(scene.step)}. What takes longer lags behind, and is "
        "faint until it has been made anew."
    )


def tip_at(canvas: MapCanvas, at: QPointF, settings: Settings) -> str:
    """The tooltip of what is under the mouse, in a sentence; empty for none."""
    coordinates, layers, viewport = canvas.coordinates, canvas.layers, canvas.viewport
    name = layers.marks.nearest(viewport, at)
    if name is not None and coordinates is not None:
        points = {"cursor": settings.cursor, "start": settings.start, "end": settings.end}
        return mark_tip(name, points[name], coordinates)
    paths = layers.paths
    for family in sorted(paths.lines, key=lambda family: family != paths.chosen):
        line = paths.lines[family]
        index = line.crossing_at(viewport, at)
        if index is not None:
            return crossing_tip(line.path.crossings[index], layers.names.names)
        if line.nearest(viewport, at) is not None:
            return line_tip(line.path, coordinates)
    return ""


def mark_tip(name: Handle, z: Point | None, coordinates: Coordinates) -> str:
    if z is None or not coordinates.is_beside(z):
        return ""
    away = coordinates.distance(z)
    return tip(
        f"{TITLES[name]} lies {away:.2f} σ beside this slice; it is drawn at the nearest place of "
        "the slice, where the map may show another class. Drag it to bring it onto the slice."
    )


def crossing_tip(crossing: Crossing, names: Sequence[str]) -> str:
    before, after = (_name(names, index) for index in (crossing.before, crossing.after))
    share = 100 * crossing.t
    return tip(f"Here the path leaves {before} for {after}, {share:.0f} % of the way.")


def line_tip(path: Path, coordinates: Coordinates | None) -> str:
    """What kind of path it is, how it came about and how long it is."""
    row = FAMILIES[path.family]
    text = f"{row.title}. {row.sentence} {path.note}".strip()
    if coordinates is not None and coordinates.is_slice:
        text += " It is drawn as its shadow on this slice."
    return tip(text, unit=f"length {path.length:.2f} σ", formula=row.formula, source=row.source)


def _name(names: Sequence[str], index: int) -> str:
    return escape(names[index]) if index < len(names) else str(index)
