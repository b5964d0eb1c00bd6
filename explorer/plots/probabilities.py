"""Class probabilities along a path, stacked to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from ..look import theme
from ..widgets.canvas import Colours, class_colour, ink_on, percent, tinted
from ..widgets.path_gestures import MARGIN, PathGestures
from . import export
from .axis import dress_axis
from .chart import HINT_WHERE_DRAGGED, Chart
from .ink import dashed, token_pen
from .name_places import place_of_name

ENDS = 5  # pixels above and below, for half a number
CLEAR = 4  # pixels beside a name
THIN = 0.25  # pixels below which an area is not painted
FEW = 3  # classes that are named where the mouse rests


class Probabilities(Chart):
    """t: (T,) fractions of the path, p: (T, K); lies under a filmstrip, aligned with it.

    Dragging moves along the path; the middle button moves what is seen of it.
    """

    _usage = HINT_WHERE_DRAGGED
    ranged = Signal(float, float)  # the stretch that is seen, in fractions of the path

    def __init__(self, empty: str = "", parent: QWidget | None = None) -> None:
        about = "What the judge sees along the path. Drag to move along it."
        super().__init__("Class probabilities along the path", empty, about=about, parent=parent)
        self._hands = PathGestures(self)
        self.hovered, self.pressed = self._hands.hovered, self._hands.pressed
        self.scrubbed, self.released = self._hands.scrubbed, self._hands.released
        self._t: NDArray[np.floating] = np.zeros(0)
        self._p: NDArray[np.floating] = np.zeros((0, 0))
        self._sums: NDArray[np.floating] = np.zeros((0, 1))
        self._colours: Colours = np.full((1, 3), 128, np.uint8)
        self._names: tuple[str, ...] = ()
        self._crossings: tuple[float, ...] = ()
        self._position: float | None = None
        self._lit: float | None = None
        self._edges: list[pg.PlotCurveItem] = []
        self._areas: list[pg.FillBetweenItem] = []
        self._texts: list[pg.TextItem] = []
        self._crossed: list[pg.InfiniteLine] = []
        self._halo, self._marker, self._pointed = (self._line(z) for z in (12, 13, 11))
        self._arrange()
        self.dress()

    def _arrange(self) -> None:
        self.box.setMouseEnabled(x=True, y=False)
        self.box.setLimits(xMin=0, xMax=1, minXRange=0.01)
        self.left.setTicks([[(0.0, "0 %"), (1.0, "100 %")]])
        pg.AxisItem.hide(self.bottom)
        self._layout.setRowSpacing(0, 0)
        self.box.sigXRangeChanged.connect(self._did_range)
        self.box.sigResized.connect(lambda _: self._put_marks())

    def _line(self, z: float) -> pg.InfiniteLine:
        line = pg.InfiniteLine(angle=90)
        line.setZValue(z)
        line.hide()
        self.box.addItem(line, ignoreBounds=True)
        return line

    # ---- what is shown ----

    def set_probabilities(
        self,
        t: NDArray[np.floating] | None,
        p: NDArray[np.floating] | None,
        colours: Colours | None = None,
        names: Sequence[str] = (),
    ) -> None:
        if t is None or p is None:
            t, p = np.zeros(0), np.zeros((0, 0))
        self._t, self._p, self._names = np.asarray(t, float), np.asarray(p, float), tuple(names)
        sums = np.cumsum(self._p, axis=1)  # (T, K)
        self._sums = np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)  # (T, K + 1)
        if colours is not None:
            self._colours = colours
        self.set_empty(not self._has_path())
        self._grow(self._p.shape[1])
        for index, edge in enumerate(self._edges):
            edge.setData(self._t, self._sums[:, min(index, self._sums.shape[1] - 1)])
        self._ink()
        self.set_home((0.0, 1.0, 0.0, 1.0))
        self._put_marks()

    def set_position(self, fraction: float | None) -> None:
        if fraction != self._position:
            self._position = fraction
            self._put_position()

    def set_crossings(self, fractions: Iterable[float]) -> None:
        """Where the class changes."""
        self._crossings = tuple(float(fraction) for fraction in fractions)
        while len(self._crossed) < len(self._crossings):
            self._crossed.append(self._line(10))
        self._ink()
        self._put_marks()

    def highlight(self, fraction: float | None) -> None:
        """A second, fainter marker: what the mouse is on elsewhere."""
        if fraction != self._lit:
            self._lit = fraction
            self._put_line(self._pointed, self._lit, 0.5)

    def _grow(self, classes: int) -> None:
        """As many areas as there are classes: those that are there stay."""
        while len(self._edges) < classes + 1:
            self._edges.append(pg.PlotCurveItem())
        for index in range(len(self._areas), classes):
            area = pg.FillBetweenItem(self._edges[index], self._edges[index + 1])
            self._areas.append(area)
            self._texts.append(pg.TextItem(anchor=(0.5, 0.5)))
            for item in (area, self._texts[-1]):
                self.box.addItem(item, ignoreBounds=True)

    # ---- places ----

    def x_of(self, fraction: float) -> float:
        """On this widget."""
        return self.to_screen(fraction, 0).x()

    def fraction_at(self, x: float) -> float:
        return min(max(self.to_axes(QPointF(x, 0))[0], 0.0), 1.0)

    def _has_path(self) -> bool:
        return len(self._t) > 1

    def _put_marks(self) -> None:
        """Everything that has a place in pixels."""
        self._put_position()
        self._put_line(self._pointed, self._lit, 0.5)
        for index, line in enumerate(self._crossed):
            there = index < len(self._crossings)
            self._put_line(line, self._crossings[index] if there else None, 0.5)
        if self._has_path():
            self._put_names()

    def _put_position(self) -> None:
        for line in (self._halo, self._marker):
            self._put_line(line, self._position)

    def _put_line(self, line: pg.InfiniteLine, fraction: float | None, offset: float = 0) -> None:
        """On whole pixels, so that it is crisp; offset: half a pixel where it is one wide."""
        line.setVisible(fraction is not None and fraction >= 0)
        if fraction is not None:
            line.setPos(self.to_axes(QPointF(round(self.x_of(fraction)) + offset, 0))[0])

    def _put_names(self) -> None:
        """Each class's name in the longest stretch where its area is tall, if there is room."""
        for index, text in enumerate(self._texts):
            place = self._place_of(index) if index < len(self._names) else None
            text.setVisible(place is not None and bool(self._names[index]))
            if place is not None:
                text.setPos(*place)

    def _place_of(self, index: int) -> tuple[float, float] | None:
        """Of the middle of a name, clear of the chart's ends and of where the class changes."""
        rect, metrics = self.plot_rect(), self.fontMetrics()
        width = metrics.horizontalAdvance(self._names[index]) + 2 * CLEAR
        x = np.arange(np.ceil(rect.left()), rect.right() + 1)
        first, last = self.shown_range()[:2]
        places = first + (x - rect.left()) / max(rect.width(), 1) * (last - first)
        below, above = (
            np.interp(places, self._t, self._sums[:, edge]) for edge in (index, index + 1)
        )
        high, ends = rect.height(), (rect.left(), rect.right(), *map(self.x_of, self._crossings))
        at = place_of_name(x, below * high, above * high, ends, width, metrics.height())
        return None if at < 0 else (float(places[at]), float(below[at] + above[at]) / 2)

    # ---- looks ----

    def dress(self) -> None:
        super().dress()
        dress_axis(self.left, grid=False)
        margin = theme.current().px(MARGIN)
        self.left.setWidth(margin)
        self._layout.setContentsMargins(0, ENDS, margin, ENDS)
        self._halo.setPen(token_pen("panel", 4))
        self._marker.setPen(token_pen("accent", 2))
        self._pointed.setPen(token_pen("secondary"))
        self._ink()

    def _ink(self) -> None:
        high = max(self.plot_rect().height(), 1.0)
        for index, (area, text) in enumerate(zip(self._areas, self._texts, strict=True)):
            shares = self._p[:, index] if index < self._p.shape[1] else np.zeros(1)
            area.setVisible(bool(shares.max(initial=0.0) * high >= THIN))
            colour = class_colour(self._colours, index)
            area.setBrush(QBrush(colour))
            area.setPen(token_pen("panel", 0.75, 0.6))
            text.setText(self._names[index] if index < len(self._names) else "", ink_on(colour))
            text.setFont(self.font())
        for line in self._crossed:
            line.setPen(dashed(tinted("text"), 1.0))

    def sizeHint(self) -> QSize:
        return QSize(480, 56)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 32)

    # ---- what is read off ----

    def columns(self) -> list[export.Column]:
        names = (self._names or [f"class {k}" for k in range(self._p.shape[1])], self._p.T)
        return [("place on the path", self._t), *zip(*names, strict=True)]

    def tip_at(self, at: QPointF) -> str:
        """The likeliest classes there."""
        if not self._has_path() or not self._names:
            return self.toolTip()
        place = self.fraction_at(at.x())
        shares = [float(np.interp(place, self._t, part)) for part in self._p.T]
        likely = sorted(range(len(shares)), key=lambda index: -shares[index])[:FEW]
        read = escape(", ".join(f"{self._names[k]} {percent(shares[k])}" for k in likely))
        return f"<qt>{100 * place:.0f} % of the way: {read}<br>{self.toolTip()}</qt>"

    # ---- hands ----

    def _did_range(self, *_: object) -> None:
        self._put_marks()
        first, last = self.shown_range()[:2]
        self.ranged.emit(max(first, 0.0), min(last, 1.0))

    def point_at(self, at: QPointF | None) -> None:
        if at is None:
            self._hands.leave()

    def _mouse(self, event: QMouseEvent, at: QPointF) -> bool:
        middle = Qt.MouseButton.MiddleButton
        if event.buttons() & middle or event.button() == middle:
            return False  # pyqtgraph moves what is seen
        if self._has_path():
            self._hands.mouse(event, self.fraction_at(at.x()))
        if event.type() == QMouseEvent.Type.MouseButtonDblClick:
            self.view_all()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._has_path() and self._hands.key(event, self._position)):
            super().keyPressEvent(event)
