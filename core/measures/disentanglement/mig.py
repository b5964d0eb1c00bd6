"""MIG, mutual information gap: how far the best code of a factor is ahead of the next.

Chen et al. 2018, "Isolating sources of disentanglement in VAEs", arXiv:1802.04942.
"""

from __future__ import annotations

import numpy as np

from .table import Array


def mutual_information_gap(information: Array, entropy: Array) -> float:
    """MIG in [0, 1]: how far the best code of a factor is ahead of the next, of its entropy.

    information: (M, K) nats, M >= 2; entropy: (K,) nats. Chen et al. 2018, "Isolating sources of
    disentanglement in VAEs", arXiv:1802.04942.
    """
    return float((lead(information) / entropy).mean())


def lead(scores: Array) -> Array:
    """By how much the greatest of each column of scores (M, K) exceeds the next: (K,)."""
    ranked = np.sort(scores, axis=0)
    ahead: Array = ranked[-1] - ranked[-2]
    return ahead
