"""The frame of a chart: a box between two axes and a legend above it, in the theme.

It is a pyqtgraph scene with one ViewBox and two axes in a widget of the program: the bare parts
instead of a PlotWidget, which brings a hidden form and menus of its own for each chart.
"""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGraphicsGridLayout, QLabel, QVBoxLayout, QWidget

from ..look import theme
from ..widgets.canvas import tinted
from ..widgets.lateness import FAINT
from . import options  # noqa: F401
from .axis import dress_axis, new_axis
from .focus import FocusRing
from .legend import Legend

Range = tuple[float, float, float, float]  # left, right, bottom, top as the axes show them

EDGE = 2  # pixels beside the legend and the numbers
BELOW, RIGHT = 6, 8  # pixels below the legend, and for the half of a number at the right end
HIGH, LOW = 156, 112  # pixels below the legend, as a rule and at least


class ChartFrame(QWidget):
    """Knows the range of all there is, and the one that is shown."""

    _grid = True  # lines across the chart

    def __init__(
        self, name: str, empty: str = "", *, ground: str = "panel", parent: QWidget | None = None
    ) -> None:
        """name: for those who hear it; empty: shown while there is nothing; ground: a token."""
        super().__init__(parent)
        self.view, self.box = pg.GraphicsView(), pg.ViewBox(enableMenu=False, defaultPadding=0)
        self.left, self.bottom = (new_axis(side, self.box) for side in ("left", "bottom"))
        self.legend, self._ring = Legend(), FocusRing()
        self._ground, self._empty = ground, QLabel(empty)
        self._follows = True  # the range is that of all there is, until somebody zooms
        self._home: Range = (0.0, 1.0, 0.0, 1.0)
        self._assemble()
        self.setAccessibleName(name)
        self.set_empty(True)
        theme.notice.changed.connect(self._restyle)

    def _assemble(self) -> None:
        self._layout = grid = QGraphicsGridLayout()
        self._whole = whole = pg.GraphicsWidget()
        grid.setSpacing(0)
        grid.setContentsMargins(EDGE, EDGE, RIGHT, EDGE)
        whole.setLayout(grid)
        self.view.setCentralItem(whole)
        self.view.scene().addItem(self._ring)
        grid.addItem(self.legend, 0, 0, 1, 2)
        grid.setRowSpacing(0, BELOW)
        for part, row, column in ((self.left, 1, 0), (self.box, 1, 1), (self.bottom, 2, 1)):
            grid.addItem(part, row, column)
        grid.setRowStretchFactor(1, 100)
        grid.setColumnStretchFactor(1, 100)
        self.box.sigRangeChangedManually.connect(self._did_zoom)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.viewport().setMouseTracking(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "secondary")
        self._empty.setContentsMargins(14, 6, 14, 6)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.addWidget(self.view)
        stack.addWidget(self._empty)

    # ---- what is shown ----

    def set_empty(self, empty: bool) -> None:
        """Whether there is nothing to see: then it is said what will be."""
        self.view.setVisible(not empty)
        self._empty.setVisible(empty)
        policy = Qt.FocusPolicy.NoFocus if empty else Qt.FocusPolicy.StrongFocus
        self.setFocusPolicy(policy)

    def set_home(self, home: Range) -> None:
        """The range of all there is; shown unless somebody has zoomed."""
        self._home = home
        if self._follows:
            self.show_range(home)

    def show_range(self, shown: Range) -> None:
        left, right, bottom, top = shown
        self.box.setRange(xRange=(left, right), yRange=(bottom, top), padding=0)

    def shown_range(self) -> Range:
        (left, right), (bottom, top) = self.box.viewRange()
        return float(left), float(right), float(bottom), float(top)

    def view_all(self) -> None:
        self._follows = True
        self.show_range(self._home)

    def plot_rect(self) -> QRectF:
        """Where the box between the axes is on this widget."""
        rect: QRectF = self.box.sceneBoundingRect()
        return rect.translated(QPointF(self.view.pos()))

    def to_screen(self, x: float, y: float) -> QPointF:
        """From the axes, as they are shown, to this widget."""
        place: QPointF = self.box.mapViewToScene(QPointF(x, y))
        return place + QPointF(self.view.pos())

    def to_axes(self, at: QPointF) -> tuple[float, float]:
        """From this widget to the axes, as they are shown."""
        place = self.box.mapSceneToView(at - QPointF(self.view.pos()))
        return float(place.x()), float(place.y())

    def _did_zoom(self, *_: object) -> None:
        self._follows = False

    # ---- looks ----

    def dress(self) -> None:
        """Wear the colours of the theme."""
        self.view.setBackground(tinted(self._ground))
        for axis in (self.left, self.bottom):
            dress_axis(axis, self._grid)
        self.legend.fit()

    def _restyle(self) -> None:
        self.dress()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(232, round(HIGH + self.legend.preferredHeight()))

    def minimumSizeHint(self) -> QSize:
        return QSize(96, round(LOW + self.legend.preferredHeight()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._whole.setOpacity(1 if self.isEnabled() else FAINT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ring.fit(event.size())
