"""Mouse and keys on the map, each gesture one step of undo."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from lacuna.core.session.session import Session

from .binding import DrawnMap
from .frame import Frame

STILL = 4.0  # pixels that a click may move
NOTCH = 1.2  # zoom of one notch of the wheel
REST = 300  # ms without the wheel turning after which the zoom is one gesture
STEPS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}  # fmt: skip


class Hands(QObject):
    def __init__(self, session: Session, canvas: DrawnMap) -> None:
        super().__init__(canvas)
        self._session, self._canvas = session, canvas
        self._held = ""  # a handle, or "map"; "" while nothing is dragged
        self._pressed, self._offset = QPointF(), QPointF()
        self._before: Frame = canvas.frame  # when the button went down
        self._moved = False
        self._wheel = QTimer(self, singleShot=True, interval=REST)
        self._wheel.timeout.connect(self.settle)

    @property
    def busy(self) -> bool:
        return bool(self._held)

    def settle(self) -> None:
        """What was under way without a button held is a finished gesture."""
        self._wheel.stop()
        self._session.set()

    def press(self, event: QMouseEvent) -> None:
        self.settle()
        at = event.position()
        self._pressed, self._before, self._moved = at, self._canvas.frame, False
        self._held = self._canvas.mark_at(at) or "map"
        grabbed = self._canvas.screen(self._held)
        self._offset = at - grabbed if grabbed is not None else QPointF()

    def move(self, event: QMouseEvent) -> None:
        at = event.position()
        if not self._held:
            self._canvas.heat(self._canvas.mark_at(at))
            self._shape()
            return
        self._moved = self._moved or (at - self._pressed).manhattanLength() > STILL
        if self._moved:
            self._drag(at, moving=True)
            self._shape()

    def release(self, event: QMouseEvent) -> None:
        held, self._held = self._held, ""
        if held and self._moved:
            self._held = held
            self._drag(event.position(), moving=False)
            self._held = ""
        elif held == "map":
            self._click(event.position())
        self._shape()

    def double_click(self, event: QMouseEvent) -> None:
        self._held = ""
        if self._canvas.chart is not None and not self._canvas.mark_at(event.position()):
            place = self._canvas.frame.to_plane(event.position())
            self._session.set(cursor=self._canvas.chart.to_latent(*place))

    def cancel(self) -> bool:
        """Back to what was before the drag; False where nothing is dragged."""
        if not self._held:
            return False
        self._held = ""
        self._session.cancel_gesture()
        self._shape()
        return True

    def wheel(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / 120
        if turned and not self._held:
            window = self._canvas.frame.zoomed(NOTCH**turned, event.position())
            self._session.set(moving=True, window=window)
            self._wheel.start()

    def key(self, event: QKeyEvent) -> bool:
        """Arrows nudge; held down, they are one gesture until they are let go."""
        if event.key() == Qt.Key.Key_Escape:
            return self.cancel()
        step, cursor = STEPS.get(Qt.Key(event.key())), self._session.settings.cursor
        if step is None or self._canvas.chart is None or len(cursor) != self._canvas.chart.latent:
            return False
        if not event.isAutoRepeat():
            self.settle()
        far = 0.5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.05
        place = self._canvas.chart.nudged(cursor, far * step[0], far * step[1])
        self._session.set(moving=True, cursor=place)
        return True

    def key_up(self, event: QKeyEvent) -> None:
        if Qt.Key(event.key()) in STEPS and not event.isAutoRepeat():
            self.settle()

    def _drag(self, at: QPointF, moving: bool) -> None:
        if self._held == "map":
            window = self._before.moved(at - self._pressed)
            self._session.set(moving=moving, window=window)
        elif self._canvas.chart is not None:
            place = self._canvas.frame.to_plane(at - self._offset)
            self._session.set(moving=moving, **{self._held: self._canvas.chart.to_latent(*place)})

    def _click(self, at: QPointF) -> None:
        """A dot of the cloud is picked; anything else lets go of the one that was."""
        cloud, layer, row = self._canvas.cloud, self._canvas.layers.cloud, None
        if layer.visible and layer.opacity > 0:
            row = cloud.nearest(self._canvas.frame, at)
        picked = None
        if row is not None and cloud.cloud is not None:
            picked = tuple(float(part) for part in cloud.cloud.means[row])
        self._session.set(picked=picked)

    def _shape(self) -> None:
        """The mouse pointer says what a press would do."""
        if self._held and self._moved:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._canvas.hot:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        if self._canvas.cursor().shape() != shape:
            self._canvas.setCursor(shape)
