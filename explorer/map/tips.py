"""What the map says in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QPointF

from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.path import Path
from lacuna.core.scene.scene import Scene
from lacuna.core.session.state import Point, Settings

from ..widgets.tip import tip
from .canvas import MapCanvas
from .frame import Chart

NOTHING = "The map appears as soon as a model is trained or opened."
SOON = "The map appears with the first report of the training."
OFF = 0.01  # prior sigmas from the slice that are worth saying
MARKS = {"cursor": "The cursor", "start": "A", "end": "B", "picked": "The picked code"}


def badge(scene: Scene | None, chart: Chart | None) -> tuple[str, str]:
    """What kind of map it is and what that means; empty where there is nothing to say."""
    if scene is None or chart is None:
        return "", ""
    if chart.is_slice:
        return f"a 2-D slice of {chart.latent}-D", tip(
            "The space has more dimensions than a map. This is the plane through the cursor along "
            "the two directions in which the codes vary most; what lies beside it is drawn where "
            "it is nearest."
        )
    if chart.latent == 1:
        return "a 1-D space", tip("Only left and right mean something here; up and down do not.")
    if scene.logits is None:
        return "no classes", tip("The data has no labels, so there are no regions to colour.")
    return "", ""


def is_off(chart: Chart, z: Point) -> bool:
    """Whether z lies beside the slice that is shown."""
    return chart.is_slice and chart.height(z) > OFF


def mark_tip(name: str, settings: Settings, chart: Chart) -> str:
    z: Point | None = getattr(settings, name)
    if z is None or not is_off(chart, z):
        return ""
    away = chart.height(z)
    return tip(
        f"{MARKS[name]} lies {away:.2f} σ beside this slice; it is drawn at the nearest place of "
        "the slice, where the map may show another class. Drag it to bring it onto the slice."
    )


def tip_at(canvas: MapCanvas, at: QPointF, settings: Settings, chart: Chart | None) -> str:
    """What the mouse rests on, in a sentence."""
    name = canvas.mark_at(at)
    if name and chart is not None:
        return mark_tip(name, settings, chart)
    for family in sorted(canvas.lines, key=lambda family: family != canvas.chosen):
        line = canvas.lines[family]
        found = line.crossing_at(canvas.frame, at)
        if found is not None:
            crossing = line.path.crossings[found]
            before, after = (_name(canvas.names, k) for k in (crossing.before, crossing.after))
            share = 100 * crossing.t
            return tip(f"Here the path leaves {before} for {after}, {share:.0f} % of the way.")
        if line.nearest(canvas.frame, at) is not None:
            return line_tip(line.path, chart)
    return ""


def line_tip(path: Path, chart: Chart | None) -> str:
    """What kind of path it is, how it came about and how long it is."""
    row = FAMILIES[path.family]
    said = f"{row.title}. {row.sentence} {path.note}".strip()
    if chart is not None and chart.is_slice:
        said += " It is drawn as its shadow on this slice."
    return tip(said, unit=f"length {path.length:.2f} σ", formula=row.formula, source=row.source)


def _name(names: Sequence[str], index: int) -> str:
    return escape(names[index]) if index < len(names) else str(index)
