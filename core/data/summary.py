"""What a data set turned out to hold: one line, the same wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from ..figures.finding import grouped

NAMED = 4  # classes that are named in the line, and of which it says how many images there are
LONGEST = 24  # letters of a class's name in the line


@dataclass(frozen=True)
class DataSummary:
    """How much of what there is, and what was done to it on its way from the files."""

    count: int  # images or points in all
    held_out: int  # of them
    shape: tuple[int, int, int]  # C, H, W; (1, 1, 2) is a point
    classes: tuple[tuple[str, int], ...] = ()  # the name of each, and how many show it
    notes: tuple[str, ...] = ()  # "values 0-16 stretched", "16 left out (not pictures)"

    def __str__(self) -> str:
        """ "3 000 images of 28x28, grey, 2 classes (cat 1 000, dog 2 000), values 0-255"."""
        what = [f"{grouped(self.count)} {self._kind}", *self._colour, *self._classes]
        return ", ".join((*what, *self.notes))

    @property
    def _kind(self) -> str:
        _, height, width = self.shape
        return "points" if height == 1 else f"images of {width}x{height}"

    @property
    def _colour(self) -> tuple[str, ...]:
        if self.shape[1] == 1:
            return ()
        return ("grey",) if self.shape[0] == 1 else ("in colour",)

    @property
    def _classes(self) -> tuple[str, ...]:
        if not self.classes:
            return ("without classes",)
        named = [f"{_short(name)} {grouped(count)}" for name, count in self.classes[:NAMED]]
        more = len(self.classes) - len(named)
        rest = [f"and {grouped(more)} more"] if more else []
        number = len(self.classes)
        plural = "class" if number == 1 else "classes"
        return (f"{grouped(number)} {plural} ({', '.join(named + rest)})",)


def _short(name: str) -> str:
    """For a count behind it, which is not to be read as part of it"""
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return f"{short}:" if short[-1:].isdigit() else short
