"""What the density of codes says of images that were left out: is it that of all images?

A mean of few or narrow posteriors is too spiky: whatever is not among the codes seems to lie in a
hole (theory: B0). Each code is therefore judged once by the others, and the posteriors are smoothed
where that makes draws of images left out more probable (Duin 1976, "On the choice of smoothing
parameters for Parzen estimators").
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..figures.array import Array

CAUTION = 5.0  # times fewer of what was left out than a hole may hold: 1 % where it is 1 in 20


@dataclass(frozen=True, eq=False)
class HeldOutScores:
    """log p - log q at a draw of the posterior of images, each judged by the codes of others."""

    scores: Array  # (M,) nats, ascending
    smoothing: float  # of the codes, in [0, 1): see `smoothed`

    @property
    def mean(self) -> float:
        """- KL(q || p) and what q is off, in nats: smaller where the images are more probable"""
        return float(self.scores.mean())

    def share(self, threshold: float) -> float:
        """Of the images left out, in a hole that begins at `threshold` nats; in [0, 1]"""
        return float((self.scores > threshold).mean())

    def refused(self, threshold: float) -> bool:
        """Whether more of them are in a hole than q(H) <= exp(-threshold) p(H) allows for any H."""
        return self.share(threshold) > math.exp(-threshold)

    def spiky(self, threshold: float) -> bool:
        """Whether more than a fifth of that are: the density is not that of all images."""
        return self.share(threshold) > math.exp(-threshold) / CAUTION

    def limit(self, threshold: float) -> float:
        """`threshold`, raised to where the images left out are rare enough.

        The rank is that of split conformal prediction (Lei et al. 2018, arXiv:1604.04173).
        """
        if not self.spiky(threshold):
            return threshold
        rank = math.ceil((len(self.scores) + 1) * (1 - math.exp(-threshold) / CAUTION))
        return max(threshold, float(self.scores[min(rank, len(self.scores)) - 1]))
