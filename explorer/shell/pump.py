"""The pump: the one place where threads meet; reports of the lanes become events of the window."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from lacuna.core.engine.engine import Engine
from lacuna.core.session.session import Session

from .garbage import sweep

FRAME = 12  # ms: reports within it are delivered, and painted, at once


class Pump(QObject):
    """Delivers the reports of the lanes to the sessions; without a timer, for an idle window."""

    _wakes = Signal()

    def __init__(self, engine: Engine, *sessions: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sessions, self._woken = list(sessions), False
        self._since = QElapsedTimer()  # the last answers were taken in; not yet started at first
        self._rest = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._rest.timeout.connect(self._pump)
        self._wakes.connect(self._soon, Qt.ConnectionType.QueuedConnection)
        engine.wake = self._wake

    def join(self, session: Session) -> None:
        """Wake this one too, from now on."""
        self._sessions.append(session)
        self._wake()

    def leave(self, session: Session) -> None:
        self._sessions.remove(session)

    def _wake(self) -> None:
        """Called by the lanes: many answers, one event."""
        if not self._woken:
            self._woken = True
            self._wakes.emit()

    def _soon(self) -> None:
        """At once after a silence, else with the next frame."""
        passed = self._since.elapsed() if self._since.isValid() else FRAME
        if passed >= FRAME:
            self._pump()
        else:
            self._rest.start(FRAME - passed)

    def _pump(self) -> None:
        self._woken = False  # before draining: reports from now on wake it again
        for session in tuple(self._sessions):
            session.pump()
        sweep()
        self._since.start()
