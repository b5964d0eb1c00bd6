"""A report as one HTML file that needs nothing else: its style and its figures are inside it.

The page itself is a template of `resources/templates`; whatever is put into one is escaped there.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import NamedTuple

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from ..figures.array import Array
from ..figures.finding import NONE, Chapter
from ..files.locations import resources

LEFT, RIGHT, TOP, BOTTOM = 50, 630, 30, 230  # of a chart's axes, in the units of its view box
TICKS = 5  # about so many to an axis


@dataclass(frozen=True)
class Figure:
    """A picture with its caption; `chapter` is the key of the one it belongs to."""

    chapter: str
    caption: str
    markup: Markup  # of the picture itself, see `image` and `chart`


class Curve(NamedTuple):
    """A line of a chart; x and y (N,) from 0 up."""

    name: str
    x: Array
    y: Array
    colour: str


class Tick(NamedTuple):
    at: float  # in the units of the view box
    label: str


def page(title: str, lead: str, chapters: Sequence[Chapter], figures: Sequence[Figure]) -> str:
    """The whole file. Figures of no chapter come first."""
    return str(
        _filled(
            "report.html", title=title, lead=lead, chapters=chapters, figures=figures, none=NONE
        )
    )


def image(rgb: Array, alternative: str) -> Markup:
    """A picture (H, W, 3) uint8."""
    file = BytesIO()
    Image.fromarray(rgb).save(file, "PNG", optimize=True)
    png = b64encode(file.getvalue()).decode("ascii")
    return _filled("image.html", alternative=alternative, png=png)


def chart(curves: Sequence[Curve], across: str, up: str) -> Markup:
    """Curves over axes that begin at 0 and are named by `across` and `up`."""
    right = max(float(curve.x.max()) for curve in curves) or 1.0
    top = max(float(curve.y.max()) for curve in curves) or 1.0
    across_scale, up_scale = (RIGHT - LEFT) / right, (TOP - BOTTOM) / top
    lines = []
    for curve in curves:
        x, y = LEFT + across_scale * curve.x, BOTTOM + up_scale * curve.y
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        lines.append({"name": curve.name, "colour": curve.colour, "points": points})
    return _filled(
        "chart.svg",
        curves=lines,
        across=across,
        up=up,
        acrosses=[Tick(round(LEFT + across_scale * at, 1), f"{at:g}") for at in _ticks(right)],
        ups=[Tick(round(BOTTOM + up_scale * at, 1), f"{at:g}") for at in _ticks(top)],
    )


def _ticks(end: float) -> list[float]:
    """Round numbers from 0 to `end`, 1, 2 or 5 times a power of ten apart"""
    rough = end / TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(part * power for part in (1, 2, 5, 10) if part * power >= rough)
    return [round(float(at), 12) for at in np.arange(0, end * (1 + 1e-9), step)]


def _filled(template: str, **values: object) -> Markup:
    return Markup(_templates().get_template(template).render(**values))


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(resources() / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
