"""The radius of each class, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from lacuna.core.figures.finding import number

from ..widgets.canvas import NOTHING, Colours
from .class_bars import Bars, ClassBars


@dataclass(frozen=True)
class ClassRadius:
    """In deviations of the prior; infinite where there is no other class."""

    mean: float
    low: float  # a tenth of the class's points are nearer to its border
    high: float  # nine tenths are
    known: bool = True  # the model draws the class at all
    nearest: tuple[tuple[int, float], ...] = ()  # other classes and how far they are on average


class ClassRadii(ClassBars):
    """Each class's mean as a bar, with a line over what most of its points have."""

    def __init__(self) -> None:
        super().__init__("Radius of each class", "σ to the border")
        self._radii: tuple[ClassRadius, ...] = ()

    def set_radii(
        self, names: Sequence[str], colours: Colours, radii: Sequence[ClassRadius]
    ) -> None:
        """One of each class, in their order."""
        self._radii = tuple(radii)
        rows = [
            (radius.mean, radius.low, radius.high) if radius.known else (np.nan,) * 3
            for radius in radii
        ]
        values, low, high = np.array(rows, float).reshape(-1, 3).T
        texts = [f"{number(one.mean, 2)} σ" if one.known else NOTHING for one in radii]
        self.set_bars(names, colours, [Bars("", values, low, high)], texts)

    def _others(self, radius: ClassRadius) -> str:
        """How far it is to the classes that are nearest"""
        if not radius.nearest:
            return ""
        far = ", ".join(f"{number(away, 2)} σ to {self._names[k]}" for k, away in radius.nearest)
        return f" To a chosen class it is farther: {escape(far)} on average."

    def tip_of(self, index: int) -> str:
        name, radius = escape(self._names[index]), self._radii[index]
        if not radius.known:
            return f"<qt>The model never draws {name} here.</qt>"
        return (
            f"<qt>From a point drawn as {name} it is {number(radius.mean, 3)} σ on average to the "
            f"nearest point drawn as something else; for most points (four in five) between "
            f"{number(radius.low, 3)} and {number(radius.high, 3)} σ.{self._others(radius)}</qt>"
        )
