"""Which settings differ between two, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from .fields import idle
from .words import label_of, value_text


@dataclass(frozen=True)
class Difference:
    """One setting that is not the same."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before} \N{RIGHTWARDS ARROW} {self.after}"


def differences(before: Any, after: Any, skip: Iterable[str] = ()) -> tuple[Difference, ...]:
    """The fields in which two dataclasses of one class differ, but for those without effect."""
    without = (idle(before) & idle(after)) | set(skip)
    return tuple(
        Difference(
            label_of(place),
            value_text(getattr(before, place.name)),
            value_text(getattr(after, place.name)),
        )
        for place in fields(after)
        if place.name not in without and getattr(before, place.name) != getattr(after, place.name)
    )
