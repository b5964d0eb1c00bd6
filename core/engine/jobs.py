"""What a job is: a generator, the reports it yields, and the word its owner has for it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Literal, TypeAlias, TypeVar

Report = TypeVar("Report")
Value = TypeVar("Value")


Word: TypeAlias = Literal["pause", "stop"]


Job: TypeAlias = Generator[Report | None, Word | None, None]


Key: TypeAlias = tuple[str, str]  # (session, name)


LaneName: TypeAlias = Literal["view", "train"]


class Priority(IntEnum):
    """Who goes first in a lane; background gets at least one step in four."""

    CURSOR, SCREEN, BACKGROUND = range(3)


@dataclass(frozen=True)
class Progress:
    """A report on the way: how far a job is. Its answer comes in a report of another type."""

    fraction: float | None  # in [0, 1]; None where nobody knows
    text: str  # what it is doing, as read on screen


class Latest(Generic[Value]):
    """The newest of a frozen value: its owner replaces it, and a job reads it when it needs it."""

    def __init__(self, value: Value) -> None:
        self._value = value

    def replace(self, value: Value) -> None:
        self._value = value

    def __call__(self) -> Value:
        return self._value
