"""What all charts share: axes in the theme, zoom, crosshair, legend, menu, and files of it.

A chart is a pyqtgraph scene with one ViewBox and two axes in a widget of the program: the bare
parts instead of a PlotWidget, which brings a hidden form and menus of its own for each chart.

The wheel scrolls the page that the chart is on; with Ctrl it zooms about the mouse, beside an axis
that axis alone. Dragging pans, a double click (or Home) shows all. The menu has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QGraphicsGridLayout,
    QLabel,
    QMessageBox,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from ..look import theme
from ..widgets.canvas import tinted
from . import export, options  # noqa: F401
from .axis import dress_axis, new_axis
from .focus import FocusRing
from .legend import Legend
from .menu import menu_of

Range = tuple[float, float, float, float]  # left, right, bottom, top as the axes show them

EDGE = 2  # pixels beside the legend and the numbers
BELOW, RIGHT = 6, 8  # pixels below the legend, and for the half of a number at the right end
HIGH, LOW = 156, 112  # pixels below the legend, as a rule and at least
ZOOM, PAN = 1.25, 0.1  # of a key
HINT = "Ctrl and the wheel zoom, dragging moves, a double click shows all. Right-click: save it."
ZOOM_KEYS = {
    Qt.Key.Key_Plus: 1 / ZOOM,
    Qt.Key.Key_Equal: 1 / ZOOM,
    Qt.Key.Key_Minus: ZOOM,
}


class Chart(QWidget):
    """Subclasses add items to `box`, dress them, set the home range, and read off values."""

    log_axes: tuple[str, ...] = ()  # those that can be switched: "x", "y"
    _grid = True  # lines across the chart
    _right_is_ours = False  # the right button has another use than to open the menu

    def __init__(
        self,
        name: str,
        empty: str = "",
        *,
        about: str = "",
        ground: str = "panel",
        parent: QWidget | None = None,
    ) -> None:
        """name: for those who hear it; empty: shown while there is nothing; ground: a token."""
        super().__init__(parent)
        self.view, self.box = pg.GraphicsView(), pg.ViewBox(enableMenu=False, defaultPadding=0)
        self.left, self.bottom = (new_axis(side, self.box) for side in ("left", "bottom"))
        self.legend, self._ring = Legend(), FocusRing()
        self._ground, self._empty = ground, QLabel(empty)
        self._log = {"x": False, "y": False}
        self._follows = True  # the range is that of all there is, until somebody zooms
        self._home: Range = (0.0, 1.0, 0.0, 1.0)
        self._assemble()
        self.setAccessibleName(name)
        self.setToolTip(f"<qt>{about} {HINT}</qt>" if about else HINT)
        self.set_empty(True)
        theme.notice.changed.connect(self._restyle)

    def _assemble(self) -> None:
        self._layout = grid = QGraphicsGridLayout()
        whole = pg.GraphicsWidget()
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
        self.legend.toggled.connect(self.toggle)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.viewport().installEventFilter(self)
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

    # ---- for the menu ----

    def is_log(self, axis: str) -> bool:
        return self._log[axis]

    def set_log(self, axis: str, on: bool) -> None:
        """Switch "x" or "y" to a logarithmic scale, or back."""
        self._log[axis] = on
        (self.bottom if axis == "x" else self.left).set_log(on)
        self.point_at(None)

    def names(self) -> tuple[str, ...]:
        """The entries that can be hidden."""
        return tuple(entry.name for entry in self.legend.entries())

    def is_hidden(self, name: str) -> bool:
        return False

    def toggle(self, name: str) -> None:
        """Hide what an entry of the legend stands for, or show it."""

    def columns(self) -> list[export.Column]:
        """The numbers of the chart, for a file; columns of one length."""
        return []

    def zooms_by_rectangle(self) -> bool:
        return bool(self.box.state["mouseMode"] == pg.ViewBox.RectMode)

    def zoom_by_rectangle(self, on: bool) -> None:
        """Whether dragging zooms into a rectangle instead of moving."""
        self.box.setMouseMode(pg.ViewBox.RectMode if on else pg.ViewBox.PanMode)

    def open_menu(self, at: QPoint) -> None:
        menu = menu_of(self, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # ---- files ----

    def ask_save(self, ending: str) -> None:
        """Which file it is to be written to."""
        name = f"{self.accessibleName()}{ending}"
        path, _ = QFileDialog.getSaveFileName(self, "Save", name, export.FILTERS[ending])
        if path:
            self.save_to(Path(path) if Path(path).suffix else Path(path).with_suffix(ending))

    def save_to(self, path: Path) -> None:
        """In the format that its ending says."""
        self._ring.hide()
        try:
            if path.suffix == ".csv":
                export.write_csv(self.columns(), path)
            else:
                write = export.write_svg if path.suffix == ".svg" else export.write_png
                write(self.view, path)
        except OSError as problem:
            QMessageBox.warning(self, "Not saved", str(problem))

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.grab())

    def copy_numbers(self) -> None:
        QGuiApplication.clipboard().setText(export.as_csv(self.columns()))

    # ---- what is read off ----

    def point_at(self, at: QPointF | None) -> None:
        """Read off at a place on this widget; None: nowhere."""

    def tip_at(self, at: QPointF) -> str:
        """What is said of a place on this widget where the mouse rests."""
        return self.toolTip()

    def step_along(self, steps: int) -> bool:
        """Move what is read off by the keys; whether there is something to move."""
        return False

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ring.fit(event.size())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring.show()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring.hide()
        self.point_at(None)
        super().focusOutEvent(event)

    # ---- hands ----

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _did_zoom(self, *_: object) -> None:
        self._follows = False

    def zoom(self, factor: float) -> None:
        """About the middle; below 1 comes nearer."""
        self.box.scaleBy((factor, factor))
        self._follows = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The mouse on the scene: what is not used up here goes to pyqtgraph."""
        if isinstance(event, QWheelEvent):
            event.ignore()
            return not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if isinstance(event, QContextMenuEvent):
            if not self._right_is_ours:
                self.open_menu(event.globalPos())
            return True
        if isinstance(event, QMouseEvent):
            return self._mouse(event, event.position() + QPointF(self.view.pos()))
        if event.type() == QEvent.Type.Leave:
            self.point_at(None)
        return False

    def _mouse(self, event: QMouseEvent, at: QPointF) -> bool:
        """at: on this widget; whether the event is used up."""
        if event.type() == QEvent.Type.MouseMove and not event.buttons():
            inside = self.plot_rect().contains(at)
            self.point_at(at if inside else None)
            return inside  # the legend wants to know
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.view_all()
            return True
        return event.button() == Qt.MouseButton.RightButton  # it opens the menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the key for it: the mouse's own goes through the scene."""
        self.open_menu(self.mapToGlobal(self.rect().center()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shifted = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
                Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}  # fmt: skip
        if key in ZOOM_KEYS:
            self.zoom(ZOOM_KEYS[key])
        elif key == Qt.Key.Key_Home:
            self.view_all()
        elif key in ways and shifted:
            self._pan(*ways[key])
        elif not (key in ways and self.step_along(ways[key][0] or -ways[key][1])):
            super().keyPressEvent(event)

    def _pan(self, x: int, y: int) -> None:
        left, right, bottom, top = self.shown_range()
        self.box.translateBy(x=PAN * x * (right - left), y=PAN * y * (top - bottom))
        self._follows = False


def spoken(values: Mapping[str, str], unit: str, place: str) -> str:
    """What the crosshair reads, as it is spoken."""
    read = ", ".join(f"{name} {value} {unit}".rstrip() for name, value in values.items())
    return f"{place}: {read}" if place else read
