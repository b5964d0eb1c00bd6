"""What is under the mouse, on the map and in the other views."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Signal

from .canvas import MapCanvas
from .overlays import Overlays


class Hover(QObject):
    """Shows the place and the class under the mouse, and reports them to the other views."""

    class_changed = Signal(int)  # on the map or in its legend; -1 for none
    travel_changed = Signal(float)  # the fraction of the chosen path; -1 for none

    def __init__(self, canvas: MapCanvas, overlays: Overlays) -> None:
        super().__init__(canvas)
        self._canvas, self._overlays = canvas, overlays
        self._class, self._travel, self._reporting = -1, -1.0, False
        overlays.legends.hovered.connect(self._did_hover_legend)

    def look(self, at: QPointF) -> None:
        """The mouse is at a place of the map."""
        layers, viewport = self._canvas.layers, self._canvas.viewport
        place = viewport.to_plane(at)
        self._overlays.readout.show_place(place)
        line = layers.paths.lines.get(layers.paths.chosen)
        travel = None if line is None else line.nearest(viewport, at)
        self._report(layers.classes.class_at(*place), -1.0 if travel is None else travel)

    def leave(self) -> None:
        """The mouse is not on the map."""
        self._overlays.readout.show_place(None)
        self._report(-1, -1.0)

    def highlight(self, index: int) -> None:
        """The class that the mouse is on in another view; -1 for none."""
        if self._reporting:  # our own report, come back to us
            return
        self._canvas.highlight(index)
        self._overlays.legends.classes.highlight(index)

    def _did_hover_legend(self, index: int) -> None:
        self._canvas.highlight(index)
        self._report_class(index)

    def _report(self, index: int, travel: float) -> None:
        self._overlays.legends.classes.highlight(index)
        self._report_class(index)
        if travel != self._travel:
            self._travel = travel
            self.travel_changed.emit(travel)

    def _report_class(self, index: int) -> None:
        if index != self._class:
            self._class, self._reporting = index, True
            self.class_changed.emit(index)
            self._reporting = False
