"""How much of the prior each class takes, in two models side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from lacuna.core.figures.estimate import Estimate
from lacuna.core.render.colours import class_colours

from ..widgets.canvas import NOTHING, percent
from .class_bars import Bars, ClassBars

Masses = tuple[Sequence[str], Sequence[Estimate]]  # names and masses of the K classes


class ClassMasses(ClassBars):
    """One row a class, by its name; intervals are of 95 %."""

    def __init__(self) -> None:
        name = "Share of the prior that each class takes"
        super().__init__(name, "% of the prior", ground="window")  # of a dialog
        self._masses: dict[str, dict[str, Estimate]] = {}

    def set_masses(self, models: Mapping[str, Masses]) -> None:
        """The name of each model -> its classes and their masses."""
        self._masses = {
            model: dict(zip(names, masses, strict=True))
            for model, (names, masses) in models.items()
        }
        names = list(dict.fromkeys(name for names, _ in models.values() for name in names))
        groups = [self._bars_of(model, names) for model in models]
        texts = [", ".join(self._text(model, name) for model in models) for name in names]
        self.set_bars(names, class_colours(max(len(names), 1)), groups, texts)

    def _bars_of(self, model: str, names: Sequence[str]) -> Bars:
        """In percent"""
        masses = [self._masses[model].get(name) for name in names]
        rows = [
            (np.nan,) * 3 if mass is None else (mass.value, mass.low, mass.high) for mass in masses
        ]
        values, low, high = 100 * np.array(rows, float).reshape(-1, 3).T
        return Bars(model, values, low, high)

    def _text(self, model: str, name: str) -> str:
        mass = self._masses[model].get(name)
        return NOTHING if mass is None else percent(mass.value)

    def tip_of(self, index: int) -> str:
        name = self._names[index]
        lines = [
            f"{escape(model)}: the model draws {escape(name)} from {masses[name].value:.2%} of the "
            f"prior (95 % interval: {masses[name].low:.2%} to {masses[name].high:.2%})."
            for model, masses in self._masses.items()
            if name in masses
        ]
        return f"<qt>{'<br>'.join(lines)}</qt>"
