"""Curves: several named series over the steps of a training, or over a length."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from . import export
from .axis import number
from .chart import Chart, spoken
from .crosshair import Crosshair
from .ink import dashed, pen, series_colour, token_pen
from .legend import Entry
from .series import Numbers, Series, finite, limits

Curve = tuple[str, str]  # whose it is, empty for the shown one, and its name

WIDTH = 1.25  # pixels of a curve


class Curves(Chart):
    """Reads out all series at the step under the mouse; else their last values.

    Series of other runs can be laid over: a curve of the same name has the same colour, and each
    run its own way of being broken.
    """

    hovered = Signal(float)  # a step, -1 for none
    log_axes = ("x", "y")
    _reads_ends = True  # values stand in the legend where nothing is pointed at

    def __init__(
        self,
        name: str,
        unit: str = "nats",
        empty: str = "",
        across: tuple[str, str] = ("step", "step {}"),
        about: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """across: what stands under the horizontal axis, and how a place on it is written."""
        super().__init__(name, empty, about=about, parent=parent)
        (self._across, self._place), self._unit = across, unit
        self._series: dict[Curve, Series] = {}
        self._items: dict[Curve, pg.PlotDataItem] = {}
        self._hidden: frozenset[str] = frozenset()
        self._hover: float | None = None
        self._marked: float | None = None
        self._mark, self._cross = pg.InfiniteLine(angle=90), Crosshair(self.box)
        self._mark.hide()
        self.box.addItem(self._mark, ignoreBounds=True)
        self.bottom.setLabel(self._across)
        self.dress()

    # ---- what is shown ----

    def set_series(self, series: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> None:
        """name -> (steps, values); values that are not finite are left out."""
        others = {key: value for key, value in self._series.items() if key[0]}
        self._show({("", name): finite(*pair) for name, pair in series.items()} | others)

    def set_runs(self, runs: Mapping[str, Mapping[str, tuple[ArrayLike, ArrayLike]]]) -> None:
        """Other runs laid over: the name of each -> its series."""
        own = {key: value for key, value in self._series.items() if not key[0]}
        self._show(
            own
            | {
                (run, name): finite(*pair)
                for run, series in runs.items()
                for name, pair in series.items()
            }
        )

    def set_unit(self, unit: str) -> None:
        """What the values are in."""
        if unit != self._unit:
            self._unit = unit
            self._label()

    def mark(self, step: float | None) -> None:
        """A line at a step that is held."""
        self._marked = step
        self._mark.setVisible(step is not None)
        if step is not None:
            self._mark.setPos(self._logged(step, "x"))

    def runs(self) -> tuple[str, ...]:
        """The names of those that are laid over."""
        return tuple(dict.fromkeys(run for run, _ in self._series if run))

    def read_out(self, run: str = "") -> dict[str, float]:
        """The value of each series of a run at the mouse, at the end where there is none."""
        return {
            name: float(y[-1] if self._hover is None else y[np.abs(x - self._hover).argmin()])
            for (whose, name), (x, y) in self._series.items()
            if len(x) and whose == run
        }

    def _show(self, series: dict[Curve, Series]) -> None:
        """New numbers in the items that are there: nothing is built anew while names stay."""
        same = list(series) == list(self._series)
        self._series = series
        for curve in [*self._items.keys() - series.keys()]:
            self.box.removeItem(self._items.pop(curve))
        for curve, (x, y) in series.items():
            if curve not in self._items:
                self._items[curve] = self._item(curve)
            self._items[curve].setData(x, y)
        if not same:
            self._ink()
        self.set_empty(not any(len(x) for x, _ in series.values()))
        self._fit()
        self._write()

    def _item(self, curve: Curve) -> pg.PlotDataItem:
        item = pg.PlotDataItem(autoDownsample=True, downsampleMethod="peak", clipToView=True)
        item.setLogMode(self.is_log("x"), self.is_log("y"))
        item.setZValue(0 if curve[0] else 1)
        item.setVisible(not self._is_off(curve))
        self.box.addItem(item)
        return item

    def _fit(self) -> None:
        shown = [pair for curve, pair in self._series.items() if not self._is_off(curve)]
        self.set_home(limits(shown, self.is_log("x"), self.is_log("y")))

    # ---- the menu and the legend ----

    def set_log(self, axis: str, on: bool) -> None:
        super().set_log(axis, on)
        for item in self._items.values():
            item.setLogMode(self.is_log("x"), self.is_log("y"))
        self.mark(self._marked)
        self._follows = True
        self._fit()

    def is_hidden(self, name: str) -> bool:
        return name in self._hidden

    def toggle(self, name: str) -> None:
        self._hidden ^= {name}
        self.legend.set_hidden(self._hidden)
        for curve, item in self._items.items():
            item.setVisible(not self._is_off(curve))
        self._fit()
        self._write()

    def _is_off(self, curve: Curve) -> bool:
        return not self._hidden.isdisjoint(curve)

    def columns(self) -> list[export.Column]:
        unit = f" ({self._unit})" if self._unit else ""
        return export.table(
            self._across,
            {
                f"{name}{unit}{f', {run}' if run else ''}": pair
                for (run, name), pair in self._series.items()
            },
        )

    # ---- what is read off ----

    def point_at(self, at: QPointF | None) -> None:
        steps = self._steps()
        if at is None or not len(steps):
            self._hover_at(None)
            return
        x = self.to_axes(at)[0]
        places = np.log10(np.maximum(steps, 1e-300)) if self.is_log("x") else steps
        self._hover_at(float(steps[np.abs(places - x).argmin()]))

    def step_along(self, steps: int) -> bool:
        places = self._steps()
        if not len(places):
            return False
        last = len(places) - 1
        at = last if self._hover is None else int(np.abs(places - self._hover).argmin()) + steps
        self._hover_at(float(places[min(max(at, 0), last)]))
        return True

    def _steps(self) -> Numbers:
        """Of the longest series that is seen: those that can be read off."""
        own = [x for curve, (x, _) in self._series.items() if not self._is_off(curve)]
        return max(own, key=len, default=np.zeros(0))

    def _hover_at(self, step: float | None) -> None:
        if step != self._hover:
            self._hover = step
            self._write()
            self.hovered.emit(-1.0 if step is None else step)

    def _write(self) -> None:
        """The crosshair, and the values in the legend."""
        values: dict[str, str] = {}
        reads = self._reads_ends or self._hover is not None
        for run in ("", *self.runs()):
            for name, value in self.read_out(run).items():
                if reads and not self._is_off((run, name)):
                    values.setdefault(run or name, number(value))
        place = "" if self._hover is None else self._place.format(number(self._hover))
        self.legend.set_values(values, place)
        self.setAccessibleDescription(spoken(values, self._unit, place))
        if self._hover is None:
            self._cross.hide()
        else:
            self._cross.show(self._logged(self._hover, "x"), 0.0, self._dots())

    def _dots(self) -> list[tuple[float, float, QColor]]:
        dots = []
        for run in ("", *self.runs()):
            for name, value in self.read_out(run).items():
                if not self._is_off((run, name)) and not (self.is_log("y") and value <= 0):
                    at = self._logged(self._hover or 0.0, "x"), self._logged(value, "y")
                    dots.append((*at, self._colour(name)))
        return dots

    def _logged(self, value: float, axis: str) -> float:
        """As the axis shows it."""
        return float(np.log10(max(value, 1e-300))) if self.is_log(axis) else value

    # ---- looks ----

    def dress(self) -> None:
        super().dress()
        self._mark.setPen(token_pen("accent"))
        self._cross.dress()
        self._ink()

    def _ink(self) -> None:
        for curve, item in self._items.items():
            item.setPen(self._pen(*curve))
        self._label()

    def _label(self) -> None:
        own = [Entry(name, self._pen("", name, 2)) for name in self._own()]
        runs = [Entry(run, self._pen(run, "", 2)) for run in self.runs()]
        self.legend.set_entries([*own, *runs], self._unit)
        self.updateGeometry()

    def _own(self) -> list[str]:
        """Names of curves, each once."""
        return list(dict.fromkeys(name for _, name in self._series))

    def _colour(self, name: str) -> QColor:
        return series_colour(self._own().index(name))

    def _pen(self, run: str, name: str, width: float = WIDTH) -> QPen:
        """Of a curve; without a name: of the run in the legend."""
        colour = self._colour(name) if name else self.palette().text().color()
        return dashed(colour, width, self.runs().index(run)) if run else pen(colour, width)
