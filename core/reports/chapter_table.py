"""A table of chapters, and the chapters that it makes of what was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..figures.finding import Chapter, Finding

Measured = TypeVar("Measured")


@dataclass(frozen=True)
class ChapterRow(Generic[Measured]):
    """A chapter, and what writes its findings, given the names of the K classes."""

    key: str
    title: str
    write: Callable[[Measured, Sequence[str]], list[Finding]]


def write_chapters(
    rows: Sequence[ChapterRow[Measured]], measured: Measured, names: Sequence[str]
) -> tuple[Chapter, ...]:
    """All that can be said by now, without the chapters that have no finding."""
    chapters = (Chapter(row.key, row.title, tuple(row.write(measured, names))) for row in rows)
    return tuple(chapter for chapter in chapters if chapter.findings)
