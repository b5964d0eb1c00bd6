"""What all charts share: zoom, crosshair, scales, a legend that hides, a menu, and files.

The wheel scrolls the page that the chart is on; with Ctrl it zooms about the mouse, beside an axis
that axis alone. Dragging pans, a double click (or Home) shows all. The menu has the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMessageBox, QToolTip, QWidget

from ..widgets.file_choice import file_to_save
from . import export
from .chart_frame import ChartFrame
from .menu import menu_of

ZOOM, PAN = 1.25, 0.1  # of a key
HINT = "Ctrl and the wheel zoom, dragging moves, a double click shows all. Right-click: save it."
HINT_WHERE_DRAGGED = HINT.replace("dragging", "the middle button")  # the left one has a use
ZOOM_KEYS = {
    Qt.Key.Key_Plus: 1 / ZOOM,
    Qt.Key.Key_Equal: 1 / ZOOM,
    Qt.Key.Key_Minus: ZOOM,
}
WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}


class Chart(ChartFrame):
    """Subclasses add items to `box`, dress them, set the home range, and read off values."""

    log_axes: tuple[str, ...] = ()  # those that can be switched: "x", "y"
    _usage = HINT  # what hands can do, at the end of the tooltip
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
        """about: what the chart shows, for its tooltip; the rest as of a frame."""
        super().__init__(name, empty, ground=ground, parent=parent)
        self._log = {"x": False, "y": False}
        self.setToolTip(f"<qt>{about} {self._usage}</qt>" if about else self._usage)
        self.legend.toggled.connect(self.toggle)
        self.view.viewport().installEventFilter(self)

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
        """Unless there is nothing to see."""
        if self.view.isHidden():
            return
        menu = menu_of(self, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    # ---- files ----

    def ask_save(self, ending: str) -> None:
        """Which file it is to be written to."""
        name = f"{self.accessibleName()}{ending}"
        if path := file_to_save(self, "Save", name, export.FILTERS[ending]):
            self.save_to(path)

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

    # ---- hands ----

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring.show()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring.hide()
        self.point_at(None)
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.tip_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

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
        if event.type() == QEvent.Type.MouseButtonDblClick and self.plot_rect().contains(at):
            self.view_all()
            return True
        return event.button() == Qt.MouseButton.RightButton  # it opens the menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the key for it: the mouse's own goes through the scene."""
        self.open_menu(self.mapToGlobal(self.rect().center()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shifted = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if key in ZOOM_KEYS:
            self.zoom(ZOOM_KEYS[key])
        elif key == Qt.Key.Key_Home:
            self.view_all()
        elif key in WAYS and shifted:
            self._pan(*WAYS[key])
        elif not (key in WAYS and self.step_along(WAYS[key][0] or -WAYS[key][1])):
            super().keyPressEvent(event)

    def _pan(self, x: int, y: int) -> None:
        left, right, bottom, top = self.shown_range()
        self.box.translateBy(x=PAN * x * (right - left), y=PAN * y * (top - bottom))
        self._follows = False


def spoken(values: Mapping[str, str], unit: str, place: str) -> str:
    """What the crosshair reads, as it is spoken."""
    read = ", ".join(f"{name} {value} {unit}".rstrip() for name, value in values.items())
    return f"{place}: {read}" if place else read
