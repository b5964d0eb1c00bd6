"""An axis dressed in the theme, and numbers as a person reads them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from lacuna.core.figures.finding import grouped

from ..look import theme
from ..widgets.canvas import tinted
from .ink import token_pen

SMALL_PX = 11  # text beside an axis
LABELLED = 33  # pixels of the design: the height of a level axis with a label
OVER = 14  # pixels beyond its ends that a number may take
LOG_LABELS = (1, 2, 5)  # of each power of ten

Level = tuple[float | None, list[float]]  # how far apart, and where


class Axis(pg.AxisItem):
    """Its numbers are written as everywhere in the program."""

    def set_log(self, on: bool) -> None:
        """Whether what it shows are powers of ten."""
        self.logMode, self.picture = on, None
        self.update()

    def boundingRect(self) -> QRectF:
        """With room for a number at either end."""
        rect: QRectF = pg.AxisItem.boundingRect(self)
        upright = self.orientation in ("left", "right")
        return rect.adjusted(0, -OVER, 0, OVER) if upright else rect.adjusted(-OVER, 0, OVER, 0)

    def logTickValues(
        self, low: float, high: float, size: float, ticks: list[Level]
    ) -> list[Level]:
        """Powers of ten and few multiples of them, unless little more than one is seen."""
        levels: list[Level] = pg.AxisItem.logTickValues(self, low, high, size, ticks)
        if high - low < 1.2:
            return levels
        return [
            (spacing, values if spacing else [v for v in values if _first(10.0**v) in LOG_LABELS])
            for spacing, values in levels
        ]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return self.logTickStrings(values, scale, spacing)
        return [tick_text(value * scale, spacing * scale) for value in values]

    def logTickStrings(
        self, values: Sequence[float], scale: float, spacing: float | None
    ) -> list[str]:
        """Powers of ten, and few between them."""
        return [_log_text(10.0**value * scale, spacing) for value in values]


def new_axis(orientation: str, box: pg.ViewBox) -> Axis:
    """An axis of a box: numbers beside it, and no line of its own."""
    new = Axis(orientation)
    axis: pg.AxisItem = new
    axis.enableAutoSIPrefix(False)
    axis.setStyle(tickLength=0, tickTextOffset=4, maxTickLevel=0)
    axis.setZValue(-1000)  # its grid lies under the box, which pyqtgraph puts at -100
    axis.linkToView(box)
    return new


def dress_axis(axis: pg.AxisItem, grid: bool = True) -> None:
    """Wear the colours of the theme; grid: whether lines go across the chart."""
    axis.setStyle(tickFont=theme.ui_font(SMALL_PX), tickAlpha=255)
    axis.setTextPen(tinted("secondary"))
    axis.setPen(token_pen("hairline"))
    axis.setTickPen(token_pen("hairline"))
    axis.setGrid(255 if grid else False)
    size = theme.current().px(SMALL_PX)
    axis.labelStyle = {"color": theme.current().secondary, "font-size": f"{size}px"}
    axis.setLabel(axis.labelText)
    if axis.labelText:
        axis.setHeight(theme.current().px(LABELLED))


def tick_text(value: float, spacing: float) -> str:
    """A number beside an axis, with as many decimals as tell it from its neighbours."""
    if spacing <= 0 or not 1e-4 <= spacing < 1e7 or abs(value) >= 1e9:
        return number(value)
    places = max(0, math.ceil(-math.log10(spacing) - 1e-9))
    value = round(value, places) + 0.0  # no minus before a zero
    text = grouped(round(value)) if places == 0 else f"{value:.{places}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def number(value: float) -> str:
    """Three to four figures, thousands apart, a true minus: 4 690, 98.3, 0.0123, 1e-05 as 1e-5."""
    if value != 0 and not 1e-4 <= abs(value) < 1e7:
        mantissa, exponent = f"{value:.3g}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif abs(value) >= 1000 or value == int(value):
        return grouped(round(value))
    else:
        text = f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"
    return text.replace("-", "\N{MINUS SIGN}")


def _log_text(value: float, spacing: float | None) -> str:
    """Nothing beside a tick between powers of ten that would crowd."""
    labelled = spacing is not None or _first(value) in LOG_LABELS
    return number(float(f"{value:.3g}")) if labelled else ""


def _first(value: float) -> int:
    """The first figure of a number."""
    power: float = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return round(value / power)
