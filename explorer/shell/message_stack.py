"""Messages one over another: which is shown, which come back, and which have been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["info", "error"]
Action = tuple[str, Callable[[], None]]  # label, what it does

KEPT = 50  # messages that can be read again


@dataclass(frozen=True)
class Message:
    """One message: its text, and what it offers to do."""

    kind: Kind
    sentence: str
    details: str  # the traceback
    actions: tuple[Action, ...]

    @property
    def passing(self) -> bool:
        """A notice that nothing is to be done about"""
        return self.kind == "info" and not self.actions


class MessageStack:
    """The last one is shown; a failure lies over all that is none."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self.past: list[tuple[datetime, str]] = []  # all there were, newest last

    @property
    def shown(self) -> Message | None:
        return self._messages[-1] if self._messages else None

    @property
    def earlier(self) -> list[str]:
        """The sentences below the one that is shown, the lowest first."""
        return [message.sentence for message in self._messages[:-1]]

    def add(self, message: Message) -> None:
        """Put it on top; a notice below the failures that nobody has closed."""
        place = len(self._messages)
        while message.kind == "info" and place and self._messages[place - 1].kind == "error":
            place -= 1
        self._messages.insert(place, message)
        self.past = [*self.past, (datetime.now(), message.sentence)][-KEPT:]

    def dismiss(self) -> None:
        """Close what is shown; of what it lay over, offers alone are still of use."""
        self._messages = [message for message in self._messages[:-1] if message.actions]

    def withdraw(self, sentence: str) -> None:
        """Remove a message whose offer no longer holds."""
        self._messages = [message for message in self._messages if message.sentence != sentence]

    def expire(self) -> bool:
        """Remove all notices; whether there was one."""
        left = [message for message in self._messages if not message.passing]
        left, self._messages = self._messages, left
        return len(left) > len(self._messages)
