"""Votes of BetaVAE and FactorVAE: batches that share a factor, a few at a time."""

from __future__ import annotations

import numpy as np

from .table import Whole

CHUNK = 500  # votes whose batches are in memory at once


def votes_by_factor(factors: Whole) -> list[tuple[Whole, int]]:
    """The votes (V,) by their factor, a few at a time."""
    parts = []
    for factor in np.unique(factors):
        votes = np.flatnonzero(factors == factor)
        parts += [(votes[at : at + CHUNK], int(factor)) for at in range(0, len(votes), CHUNK)]
    return parts
