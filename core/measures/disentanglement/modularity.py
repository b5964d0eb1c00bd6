"""Modularity: does each code inform of one factor alone?

Ridgeway & Mozer 2018, arXiv:1802.05312.
"""

from __future__ import annotations

import numpy as np

from .table import Array


def modularity(information: Array) -> float:
    """In [0, 1]: 1 where each code informs of one factor; a code that informs of none counts 0.

    information: (M, K) nats, K >= 2. Ridgeway & Mozer 2018, "Learning deep disentangled
    embeddings with the F-statistic loss", arXiv:1802.05312.
    """
    squared = information**2
    most = squared.max(1)
    others = (squared.sum(1) - most) / (squared.shape[1] - 1)
    alive = most > 0
    per_code = np.where(alive, 1 - others / np.where(alive, most, 1.0), 0.0)
    return float(per_code.mean())
