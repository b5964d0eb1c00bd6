"""The one place where threads meet: a lane's answer becomes an event of the window's thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from core.engine import Engine
from core.session import Session
from explorer.sweep import sweep


class Pump(QObject):
    """Wakes the sessions when a lane has spoken. No timer: an idle window does nothing."""

    _spoken = Signal()

    def __init__(self, engine: Engine, *sessions: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sessions, self._woken = sessions, False
        self._spoken.connect(self._pump, Qt.ConnectionType.QueuedConnection)
        engine.wake = self._wake

    def _wake(self) -> None:
        """Called by the lanes: many answers, one event."""
        if not self._woken:
            self._woken = True
            self._spoken.emit()

    def _pump(self) -> None:
        self._woken = False  # before draining: what is said from now on wakes us again
        for session in self._sessions:
            session.pump()
        sweep()
