"""Bars of the share of the prior that each class takes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from lacuna.core.figures.estimate import Estimate
from lacuna.core.render.colours import class_colours

from .probability_bars import ProbabilityBars


class MassBars(ProbabilityBars):
    """One row a class; its interval is in the tooltip."""

    def set_masses(self, names: Sequence[str], masses: Sequence[Estimate]) -> None:
        """names and masses of the K classes."""
        self._masses = tuple(masses)
        self.set_classes(names, class_colours(max(len(names), 1)))
        self.set_shares(np.array([mass.value for mass in masses]))

    def tip_of(self, index: int) -> str:
        if index < 0:
            return ""
        name, mass = escape(self._names[index]), self._masses[index]
        return (
            f"<qt>The model draws {name} from {mass.value:.2%} of the prior "
            f"(95 % interval: {mass.low:.2%} to {mass.high:.2%}).</qt>"
        )
