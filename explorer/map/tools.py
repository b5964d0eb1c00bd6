"""Mouse and keys on the map: each gesture changes the settings in one step of undo."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from lacuna.core.session.session import Session

from .canvas import MapCanvas
from .marks import Handle
from .viewport import Viewport

SLACK = 4.0  # pixels that a click may move
NOTCH = 1.2  # zoom of one notch of the wheel
REST = 300  # ms without the wheel turning after which the zoom is one gesture
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
NEAR, FAR = 0.05, 0.5  # prior sigmas of a step, and with Shift


class Tools(QObject):
    """Drags handles and the map, picks codes, zooms, nudges the cursor."""

    def __init__(self, session: Session, canvas: MapCanvas, owner: QWidget) -> None:
        """owner: the widget that has the mouse and whose pointer shows what a press would do"""
        super().__init__(owner)
        self._session, self._canvas, self._owner = session, canvas, owner
        self._dragging = False  # a button is down
        self._handle: Handle | None = None  # what is dragged; None: the map
        self._pressed, self._offset = QPointF(), QPointF()
        self._before: Viewport = canvas.viewport  # when the button went down
        self._moved = False
        self._wheel = QTimer(self, singleShot=True, interval=REST)
        self._wheel.timeout.connect(self.settle)

    @property
    def dragging(self) -> bool:
        return self._dragging

    def settle(self) -> None:
        """What was under way without a button down is a finished gesture."""
        self._wheel.stop()
        self._session.set()

    def press(self, event: QMouseEvent) -> None:
        self.settle()
        at, marks, viewport = event.position(), self._canvas.layers.marks, self._canvas.viewport
        self._pressed, self._before, self._moved = at, viewport, False
        self._dragging, self._handle = True, marks.nearest(viewport, at)
        grabbed = None if self._handle is None else marks.point(viewport, self._handle)
        self._offset = at - grabbed if grabbed is not None else QPointF()

    def move(self, event: QMouseEvent) -> None:
        at = event.position()
        if not self._dragging:
            self._canvas.heat(self._canvas.layers.marks.nearest(self._canvas.viewport, at))
            self._show_pointer()
            return
        self._moved = self._moved or (at - self._pressed).manhattanLength() > SLACK
        if self._moved:
            self._drag(at, moving=True)
            self._show_pointer()

    def release(self, event: QMouseEvent) -> None:
        if self._dragging and self._moved:
            self._drag(event.position(), moving=False)
        elif self._dragging and self._handle is None:
            self._pick(event.position())
        self._dragging = False
        self._show_pointer()

    def double_click(self, event: QMouseEvent) -> None:
        self._dragging = False
        canvas, at = self._canvas, event.position()
        handle = canvas.layers.marks.nearest(canvas.viewport, at)
        if canvas.coordinates is not None and handle is None:
            self._session.set(cursor=canvas.coordinates.to_latent(*canvas.viewport.to_plane(at)))

    def cancel(self) -> bool:
        """Back to what was before the drag; False where nothing is dragged."""
        if not self._dragging:
            return False
        self._dragging = False
        self._session.history.cancel_gesture()
        self._show_pointer()
        return True

    def wheel(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / 120
        if turned and not self._dragging:
            window = self._canvas.viewport.zoomed(NOTCH**turned, event.position())
            self._session.set(moving=True, window=window)
            self._wheel.start()

    def key(self, event: QKeyEvent) -> bool:
        """Arrows nudge; while one is down, it is one gesture. Whether the key was of use."""
        if event.key() == Qt.Key.Key_Escape:
            return self.cancel()
        step, cursor = STEPS.get(Qt.Key(event.key())), self._session.settings.cursor
        coordinates = self._canvas.coordinates
        if step is None or coordinates is None or len(cursor) != coordinates.latent:
            return False
        if not event.isAutoRepeat():
            self.settle()
        far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else NEAR
        place = coordinates.shifted(cursor, far * step[0], far * step[1])
        self._session.set(moving=True, cursor=place)
        return True

    def key_up(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in STEPS and not event.isAutoRepeat():
            self.settle()

    def _drag(self, at: QPointF, moving: bool) -> None:
        canvas = self._canvas
        if self._handle is None:
            window = self._before.panned(at - self._pressed)
            self._session.set(moving=moving, window=window)
        elif canvas.coordinates is not None:
            place = canvas.viewport.to_plane(at - self._offset)
            z = canvas.coordinates.to_latent(*place)
            self._session.set(moving=moving, **{self._handle: z})

    def _pick(self, at: QPointF) -> None:
        """Pick the code of the cloud's point there; none elsewhere."""
        layers, picked = self._canvas.layers, None
        if layers.shown.cloud.visible and layers.shown.cloud.opacity > 0:
            picked = layers.cloud.nearest(self._canvas.viewport, at)
        self._session.set(picked=picked)

    def _show_pointer(self) -> None:
        if self._dragging and self._moved:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._canvas.layers.marks.hot is not None:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        if self._owner.cursor().shape() != shape:
            self._owner.setCursor(shape)
