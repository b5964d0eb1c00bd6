"""The painting of a class map: a colour for each class and a line where the class changes."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..figures.array import Array, bands
from .colours import class_colours
from .picture import border_opacity, fills_rgba


@dataclass(frozen=True, eq=False)
class MapPainting:
    """Row 0 is the bottom of the window, as in the map that it shows."""

    fills: Array  # (S, S, 4) uint8, the classes' colours
    border: Array  # (S, S) uint8, opacity of the line where the class changes


def paint_map(
    label: Array, margin: Array, lead: Array, classes: int
) -> Generator[None, Any, MapPainting]:
    """Paint a class map, a band of rows at a time with a pause after each.

    label: (S, S), whole numbers below `classes`. margin: (S, S) of probabilities, in [0, 1]. lead:
    (S, S) of log-probabilities, in nats.
    """
    fills, border = np.empty((*label.shape, 4), np.uint8), np.empty(label.shape, np.uint8)
    colours = class_colours(classes)
    for rows in bands(len(label)):
        fills[rows] = fills_rgba(label, margin, colours, rows)
        border[rows] = border_opacity(label, lead, rows)
        yield None
    return MapPainting(fills, border)
