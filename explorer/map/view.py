"""The map view: canvas, overlays, navigation, binding, hover and tools, put together."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from lacuna.core.session.session import Session
from lacuna.core.session.settings import Point

from .binding import Binding
from .canvas import MapCanvas
from .hover import Hover
from .menu import menu_at
from .name_placement import NamePlacement
from .navigation import Navigation
from .overlays import Overlays
from .tips import tip_at
from .tools import Tools

BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class MapView(QWidget):
    """The map of a session. It has the mouse and the keyboard, and hands events to its parts."""

    class_hovered = Signal(int)  # on the map or in its legend; -1 for none
    travel_hovered = Signal(float)  # the fraction of the chosen path; -1 for none

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.canvas = MapCanvas(self)
        self.overlays = Overlays(session, self.canvas, self)
        self.navigation = Navigation(session, self.canvas)
        names = NamePlacement(self.canvas, self.overlays)
        self._binding = Binding(session, self.canvas, self.overlays, names, self.navigation)
        self._hover = Hover(self.canvas, self.overlays)
        self._tools = Tools(session, self.canvas, self)
        self._hover.class_changed.connect(self.class_hovered)
        self._hover.travel_changed.connect(self.travel_hovered)
        self.overlays.empty.pressed.connect(lambda: session.training.start())
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the canvas covers it
        self.setMinimumSize(320, 240)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map of the latent plane")

    def end(self) -> None:
        """Watch the session no more."""
        self._binding.end()

    def highlight(self, index: int) -> None:
        """The class that the mouse is on in another view; -1 for none."""
        self._hover.highlight(index)

    def point_at(self, z: Point | None) -> None:
        """The place that the mouse is on in another view; None for none."""
        coordinates = self.canvas.coordinates
        self.canvas.place_mark("pointed", coordinates.place(z) if coordinates else None)

    # ---- events ----

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.canvas.resize(self.size())
        self._binding.show_window()
        self.overlays.fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.navigation.request_shape()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._tools.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._tools.move(event)
        self._hover.look(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._tools.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._tools.double_click(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._tools.wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._tools.key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._tools.key_up(event)
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.canvas.show_focus(event.reason() in BY_KEYS)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not self._tools.dragging:
            self._tools.settle()
        self.canvas.show_focus(False)

    def leaveEvent(self, event: QEvent) -> None:
        self.canvas.heat(None)
        self._hover.leave()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        coordinates = self.canvas.coordinates
        if coordinates is not None and not self._tools.dragging:
            place = self.canvas.viewport.to_plane(QPointF(event.pos()))
            menu = menu_at(self, self.session, coordinates, *place)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = tip_at(self.canvas, QPointF(event.pos()), self.session.settings)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)
