"""The widgets that lie over the map, and where they go."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QWidget

from lacuna.core.scene.scene import Scene
from lacuna.core.session.session import Session

from ..widgets.empty_state import EmptyState
from . import tips
from .badge import Badge
from .canvas import MapCanvas
from .condition import ConditionBox
from .grid import BAR, EDGE, bar_height
from .layers import LayerName
from .legends import Legends
from .marks import HANDLES
from .readout import Readout

APART = 8  # pixels between two things that lie over the map
CLEAR = 12  # pixels from such a thing to the middle of a name


class Overlays(QObject):
    """Badge and condition at the upper left, legends where no mark is, readout at the lower right.

    Where there is no map yet, a note takes their place.
    """

    changed = Signal()  # something else of the map is covered now

    def __init__(self, session: Session, canvas: MapCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.badge, self.readout, self.legends = Badge(parent), Readout(parent), Legends(parent)
        self.condition = ConditionBox(session, parent)
        self.empty = EmptyState("", parent=parent)
        self.legends.resized.connect(self.place_legends)
        self.legends.resized.connect(self.changed)
        self.legends.moved.connect(self.changed)

    def set_foot(self, foot: int) -> None:
        """So many pixels at the lower edge are under something else."""
        if foot != self._canvas.foot:
            self._canvas.set_foot(foot)
            self.readout.place(self._canvas.rect(), foot)
            self.place_legends()
            self.changed.emit()

    def show_scene(self, scene: Scene | None, late: Mapping[LayerName, int]) -> None:
        """What kind of map it is, what of it lags behind at which step, and of which condition."""
        kind, behind = tips.badge(scene, self._canvas.coordinates), tips.behind(scene, late)
        self.badge.show_lines([line for line in (kind, behind) if line[0]])
        self.condition.show_scene(scene, self.badge.height() + APART if self.badge.text() else 0)

    def fill(self) -> None:
        """The map has another size."""
        self.empty.setGeometry(self._canvas.rect())
        self.readout.place(self._canvas.rect(), self._canvas.foot)

    def place_legends(self) -> None:
        """The legends go where they hide no mark."""
        marks, viewport = self._canvas.layers.marks, self._canvas.viewport
        handles = [at for name in HANDLES if (at := marks.point(viewport, name)) is not None]
        corner = [part for part in (self.badge, self.condition) if not part.isHidden()]
        above = max((part.geometry().bottom() + APART - EDGE for part in corner), default=0)
        below = self._canvas.foot + bar_height() + APART
        self.legends.place(self._canvas.rect(), handles, above, below)

    def covered(self) -> list[QRectF]:
        """Where no name could be read."""
        parts = [part for part in (self.legends, self.badge, self.condition) if not part.isHidden()]
        width, height, foot = self._canvas.width(), self._canvas.height(), self._canvas.foot
        high = foot + bar_height() + EDGE
        areas = [
            *(QRectF(part.geometry()) for part in parts),
            QRectF(0, height - high, BAR + 2 * EDGE, high),
            QRectF(0, height - foot, width, foot),
        ]
        return [area.adjusted(-CLEAR, -CLEAR, CLEAR, CLEAR) for area in areas]
