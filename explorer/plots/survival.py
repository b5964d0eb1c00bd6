"""The survival curve of the radius: how much of the prior is farther from every border."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtWidgets import QWidget

from .curves import Curves

ABOUT = (
    "How much of the prior is farther from every border than so many σ, as measured and at most "
    "for classes of these masses. Hover to read it off."
)


class Survival(Curves):
    """P(r > length) over lengths, in percent, and the bound of a Gaussian prior beside it."""

    _reads_ends = False  # the last ones are 0

    def __init__(self, parent: QWidget | None = None) -> None:
        across = ("σ from a border", "at {} σ")
        super().__init__("Survival curve", "% of the prior", "", across, ABOUT, parent)

    def set_shares(self, lengths: ArrayLike, measured: ArrayLike, most: ArrayLike | None) -> None:
        """lengths: (N,) in deviations; the others (N,) shares of the prior in [0, 1].

        most: None where no bound holds.
        """
        series = {"measured": 100 * np.asarray(measured)}
        if most is not None:
            series["at most"] = 100 * np.asarray(most)
        self.set_series({name: (lengths, shares) for name, shares in series.items()})
