"""The widget that paints the map: the background in one pixmap, the foreground on top of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from ..look import theme
from ..widgets.canvas import focus_ring
from .coordinates import Coordinates, Place
from .grid import paint_scale_bar
from .layers import LayerStack
from .marks import Handle, MarkName
from .viewport import fitted


class MapCanvas(QWidget):
    """Paints its layers. Moving a mark repaints its own small square; the rest is copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setGeometry(parent.rect())
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.viewport = fitted((-3.5, 3.5, -3.5, 3.5), self.width(), self.height())
        self.coordinates: Coordinates | None = None  # of the plane; None: it is not known yet
        self.layers = LayerStack()
        self.foot = 0  # pixels at the lower edge that something lies over
        self.blank = False  # there is nothing to show yet
        self._focused = False
        self._background, self._stale = QPixmap(), True
        theme.notice.changed.connect(self._restyle)

    # ---- what changes ----

    def redraw(self) -> None:
        """The background has changed."""
        self._stale = True
        self.update()

    def highlight(self, index: int) -> None:
        """Let one class stand out from the others; -1 none."""
        if index != self.layers.highlighted:
            self.layers.highlight(index)
            self.redraw()

    def place_mark(self, name: MarkName, place: Place | None, off: bool = False) -> None:
        """None takes the mark away. off: it lies beside the slice."""
        before = self.layers.marks.area(self.viewport, name)
        if self.layers.marks.put(name, place, off):
            self.update(before)
            self.update(self.layers.marks.area(self.viewport, name))

    def heat(self, name: Handle | None) -> None:
        """Show that this mark can be grabbed; None shows none."""
        marks = self.layers.marks
        if name != marks.hot:
            for changed in (marks.hot, name):
                if changed is not None:
                    self.update(marks.area(self.viewport, changed))
            marks.hot = name

    def set_foot(self, foot: int) -> None:
        """So many pixels at the lower edge are under something else."""
        self.foot = self.layers.grid.foot = foot
        self.redraw()

    def show_focus(self, focused: bool) -> None:
        """Whether the ring of the keyboard's focus is painted."""
        self._focused = focused
        self.update()

    # ---- painting ----

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._stale or self._background.size() != self.size() * self.devicePixelRatioF():
            self._paint_background()
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._background)
        if not self.blank:
            self.layers.paint_foreground(painter, self.viewport)
        if self._focused:
            focus_ring(painter, QRectF(self.rect()))
        painter.end()

    def _paint_background(self) -> None:
        ratio = self.devicePixelRatioF()
        if self._background.size() != self.size() * ratio:
            self._background = QPixmap(self.size() * ratio)
            self._background.setDevicePixelRatio(ratio)
        self._background.fill(theme.current().colour("window"))
        self._stale = False
        if self.blank:
            return
        painter = QPainter(self._background)
        self.layers.paint_background(painter, self.viewport)
        paint_scale_bar(painter, self.viewport, self.foot)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.redraw()

    def _restyle(self) -> None:
        self.layers.restyle()
        self.redraw()
