"""The map with what lies over it: legend, badge, readout, and names that keep clear of them."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtWidgets import QWidget

from lacuna.core.geometry.map.class_map import ClassMap
from lacuna.core.session.session import Session

from . import grid, names
from .canvas import HANDLES, MapCanvas
from .condition import ConditionBox
from .corner import Badge, Key, Readout
from .room import along_lines, crowd, on_plane

NAMED = 33  # side from which a map's regions are named anew
REST = 150  # ms without a mark moving, after which names go out from under it
APART = 8  # pixels between two things that lie over the map
CLEAR = 12  # pixels from such a thing to the middle of a name


class OverlaidMap(MapCanvas):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._named: ClassMap | None = None  # what the names are of
        self._of: Hashable = None  # which picture that is
        self.badge, self.readout, self.key = Badge(self), Readout(self), Key(self)
        self.condition = ConditionBox(session, self)
        self._rested = QTimer(self, singleShot=True, interval=REST)  # looking for room takes time
        self._rested.timeout.connect(self._leave_marks)
        self.key.resized.connect(self._place_key)
        for signal in (self.key.resized, self.key.moved):
            signal.connect(self._place_names)

    def set_foot(self, foot: int) -> None:
        """So many pixels at the lower edge are under something else."""
        if foot != self.foot:
            self.foot = foot
            self.readout.place(foot)
            self._place_key()
            self._place_names()
            self.redraw()

    def name_regions(self, found: ClassMap | None, of: Hashable = None) -> None:
        """of: which picture this is a level of; its coarse levels bring names only at first"""
        if found is not None and len(found.label) < NAMED and of == self._of:
            return
        if self._named is None or found is None or len(self._named.label) < NAMED:
            self.spots = {}  # where a coarse map has put them they need not stay
        self._named, self._of = found, of
        self._place_names()

    def make_room(self) -> None:
        """The marks have moved: the legend goes elsewhere, and names once the marks rest."""
        self._place_key()
        self._rested.start()

    def _leave_marks(self) -> None:
        written = [spot for spot in self.spots.values() if names.fits(spot, self.frame)]
        places = [self.frame.point(spot.x, spot.y) for spot in written]
        if any(part.contains(place) for part in crowd(self) for place in places):
            self._place_names()

    def _place_key(self) -> None:
        marks = [at for name in HANDLES if (at := self.screen(name)) is not None]
        corner = [part.geometry().bottom() for part in (self.badge, self.condition)
                  if not part.isHidden()]  # fmt: skip
        above = max(corner) + APART - grid.EDGE if corner else 0
        self.key.place(marks, above, self.foot + grid.bar_height() + APART)

    def _place_names(self) -> None:
        if self._named is None:
            return
        hidden = [on_plane(self.frame, part) for part in self._covered()]
        crowded = [on_plane(self.frame, part) for part in (*crowd(self), *along_lines(self))]
        least = names.LEAST / self.frame.scale
        spots = names.spots(
            self._named.label, self._named.window, self.spots, hidden, crowded, least
        )
        if spots != self.spots:
            self.spots = spots
            self.redraw()

    def _covered(self) -> list[QRectF]:
        """Where no name would be read."""
        there = [part for part in (self.key, self.badge, self.condition) if not part.isHidden()]
        high = self.foot + grid.bar_height() + grid.EDGE
        found = [
            *(QRectF(part.geometry()) for part in there),
            QRectF(0, self.height() - high, grid.BAR + 2 * grid.EDGE, high),
            QRectF(0, self.height() - self.foot, self.width(), self.foot),
        ]
        return [part.adjusted(-CLEAR, -CLEAR, CLEAR, CLEAR) for part in found]
