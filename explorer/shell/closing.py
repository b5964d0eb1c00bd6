"""Closing the window: it waits until what is trained or written is on disk."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from lacuna.core.session.session import Session

from .message_bar import MessageBar


class Closing(QObject):
    """Closes `window` once all is on disk; keeps it open where that could not be written."""

    def __init__(self, session: Session, messages: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._messages, self._window = session, messages, window
        self._waiting = QTimer(self, interval=20)  # asked to close, with work to finish
        self._waiting.timeout.connect(self._look)

    def may_go(self) -> bool:
        """Whether the window may close now; else it says why, and closes when it may."""
        self._messages.dismiss()
        if self._session.jobs.live("training"):
            self._session.training.stop()
            self._messages.show_info("Stopping at the next step: the run is kept for next time.")
        elif self._session.jobs.live("save"):
            self._messages.show_info("The window closes as soon as the file is written.")
        else:
            return True
        self._waiting.start()
        return False

    def _look(self) -> None:
        if self._session.results.failure is not None:
            self._waiting.stop()
        elif not (self._session.jobs.live("training") or self._session.jobs.live("save")):
            self._waiting.stop()
            self._window.close()
