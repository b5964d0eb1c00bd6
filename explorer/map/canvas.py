"""The map as it is painted: what stands still in one pixmap, what is touched on top of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from lacuna.core.geometry.layers.relief import Glyphs
from lacuna.core.session.state import Layer, Layers

from ..look import theme
from ..widgets.canvas import Colours, focus_ring
from . import grid, lines, marks, names
from .cloud import CloudLayer
from .frame import Frame, framed
from .glyphs import paint_glyphs
from .lines import Line
from .pictures import Levels

Place = tuple[float, float]  # on the plane, in prior sigmas
HANDLES = ("cursor", "start", "end")  # the uppermost first


class MapCanvas(QWidget):
    """Paints what it is given, the lowest first: classes, grid, holes, cloud, names, paths, marks.

    Moving a mark repaints its own small square; the rest is copied from the pixmap.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frame: Frame = framed((-3.5, 3.5, -3.5, 3.5), self.width(), self.height())
        self.layers = Layers()
        self.classes, self.holes, self.cloud = Levels(), Levels(), CloudLayer()
        self.relief = Levels()
        self.glyphs: Glyphs | None = None
        self.names: Sequence[str] = ()
        self.colours: Colours = np.zeros((1, 3), np.uint8)
        self.spots: dict[int, names.Spot] = {}
        self.lines: dict[str, Line] = {}  # by family, the chosen one last
        self.chosen, self.travel = "adversarial", 0.0
        self.marks: dict[str, Place] = {}  # by setting; and "pointed"
        self.off: set[str] = set()  # marks that lie beside the slice
        self.by_keys = False  # the focus came by the keyboard: show it
        self.hot = ""  # the mark under the mouse
        self.foot = 0  # pixels at the lower edge that something lies over
        self.blank = False  # nothing is known yet: an empty sheet
        self.lit = -1  # the class that is pointed at elsewhere
        self._still, self._stale = QPixmap(), True
        theme.notice.changed.connect(self._restyle)

    # ---- what changes ----

    def place_mark(self, name: str, at: Place | None, off: bool = False) -> None:
        """None takes the mark away."""
        if at == self.marks.get(name) and off == (name in self.off):
            return
        self._touch(name)
        self.off = self.off | {name} if off else self.off - {name}
        if at is None:
            self.marks.pop(name, None)
        else:
            self.marks[name] = at
        self._touch(name)

    def heat(self, name: str) -> None:
        """Shows that this mark can be grabbed; "" shows none."""
        if name != self.hot:
            self._touch(self.hot)
            self.hot = name
            self._touch(name)

    def light(self, index: int) -> None:
        """Lets one class stand out from the others; -1 none."""
        if index == self.lit:
            return
        self.lit = index
        for picture in self.classes.pictures:
            picture.light(index)
        self.cloud.only(None if index < 0 else index)
        self.redraw()

    def redraw(self) -> None:
        """What stands still has changed."""
        self._stale = True
        self.update()

    # ---- where things are ----

    def screen(self, name: str) -> QPointF | None:
        """Where a mark is on the widget."""
        at = self.marks.get(name)
        return None if at is None else self.frame.point(*at)

    def mark_at(self, at: QPointF) -> str:
        """The handle within reach of the mouse, the uppermost of the nearest; "" for none."""
        reach, found = marks.GRIP, ""
        for name in HANDLES:
            here = self.screen(name)
            if here is not None:
                away = float(np.hypot(here.x() - at.x(), here.y() - at.y()))
                if away < reach:
                    reach, found = away, name
        return found

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._stale or self._still.size() != self.size() * self.devicePixelRatioF():
            self._draw_still()
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._still)
        if not self.blank:
            self._paint_lines(painter)
            self._paint_marks(painter)
        if self.by_keys and self.hasFocus():
            focus_ring(painter, QRectF(self.rect()))
        painter.end()

    def _draw_still(self) -> None:
        ratio, frame, layers = self.devicePixelRatioF(), self.frame, self.layers
        if self._still.size() != self.size() * ratio:
            self._still = QPixmap(self.size() * ratio)
            self._still.setDevicePixelRatio(ratio)
        background = theme.current().colour("window")
        self._still.fill(background)
        self._stale = False
        if self.blank:
            return
        painter = QPainter(self._still)
        if _shown(painter, layers.classes):
            self.classes.paint(painter, frame)
        if _shown(painter, layers.relief):
            self.relief.paint(painter, frame)
        if _shown(painter, layers.grid):
            grid.paint_grid(painter, frame, self.foot)
        if _shown(painter, layers.holes):
            painter.setOpacity(painter.opacity() * (1 if self.lit < 0 else 0.35))
            self.holes.paint(painter, frame)
        if _shown(painter, layers.cloud):
            dark = theme.current().name == "dark"  # a light rim would drown on a light class
            rim = background if dark else theme.current().colour("secondary")
            self.cloud.paint(painter, frame, rim)
        if self.glyphs is not None and _shown(painter, layers.glyphs):
            paint_glyphs(painter, frame, self.glyphs)
        if _shown(painter, layers.names):
            names.paint_names(painter, frame, self.spots, self.names, self.lit)
        painter.setOpacity(1)
        grid.paint_scale_bar(painter, frame, self.foot)
        painter.end()

    def _paint_lines(self, painter: QPainter) -> None:
        if not _shown(painter, self.layers.paths):
            return
        for family in sorted(self.lines, key=lambda name: name == self.chosen):
            chosen = family == self.chosen
            lines.paint_line(painter, self.frame, self.lines[family], self.colours, chosen)
        if self.chosen in self.lines:
            place = self.lines[self.chosen].at(self.travel)
            lines.paint_traveller(painter, self.frame.point(*place))
        painter.setOpacity(1)

    def _paint_marks(self, painter: QPainter) -> None:
        for name, paint in (("picked", marks.paint_picked), ("pointed", marks.paint_pointed)):
            at = self.screen(name)
            if at is not None:
                paint(painter, at)
        for name, letter in (("end", "B"), ("start", "A")):
            at = self.screen(name)
            if at is not None:
                marks.paint_anchor(painter, at, letter, name == self.hot, name in self.off)
        at = self.screen("cursor")
        if at is not None:
            marks.paint_cursor(painter, at, self.hot == "cursor")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.frame = framed(self.frame.window, self.width(), self.height())
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.redraw()

    def _touch(self, name: str) -> None:
        at = self.screen(name)
        if at is not None:
            self.update(marks.room(at))

    def _restyle(self) -> None:
        self.cloud.refresh()
        self.classes.dress()
        self.redraw()


def _shown(painter: QPainter, layer: Layer) -> bool:
    painter.setOpacity(layer.opacity)
    return layer.visible and layer.opacity > 0
