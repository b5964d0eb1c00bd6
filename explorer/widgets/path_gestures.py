"""What hands do on a path that is laid out from left to right: in the filmstrip and in charts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

MARGIN = 44  # of the design, left and right of a path: the same everywhere, so that all align
STEP, STRIDE = 0.01, 0.1  # of an arrow key, and with Shift: fractions of the path


class PathGestures(QObject):
    """A place on the path is a fraction of it: 0 at A, 1 at B."""

    hovered = Signal(float)  # -1 when the mouse leaves
    pressed = Signal(float)
    scrubbed = Signal(float)  # dragged, or moved by the arrow keys
    released = Signal(float)

    def mouse(self, event: QMouseEvent, fraction: float) -> None:
        """The left button, and moves; fraction: where the mouse is."""
        left = Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.MouseMove:
            (self.scrubbed if event.buttons() & left else self.hovered).emit(fraction)
        elif event.button() == left:
            ended = event.type() == QEvent.Type.MouseButtonRelease
            (self.released if ended else self.pressed).emit(fraction)

    def leave(self) -> None:
        self.hovered.emit(-1.0)

    def key(self, event: QKeyEvent, position: float | None) -> bool:
        """Whether the key moves along the path from `position`."""
        step = STRIDE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        now = position or 0.0
        places = {
            Qt.Key.Key_Left: now - step,
            Qt.Key.Key_Right: now + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        place = places.get(Qt.Key(event.key()))
        if place is not None:
            self.scrubbed.emit(min(max(place, 0.0), 1.0))
        return place is not None
