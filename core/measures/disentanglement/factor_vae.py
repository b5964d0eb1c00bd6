"""FactorVAE score: does the code that varies least name the factor that a batch shares?

Kim & Mnih 2018, "Disentangling by factorising", arXiv:1802.05983.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ...engine.worker import ReportProgress
from .table import Array, Table, Whole
from .votes import votes_by_factor

COLLAPSED = 0.05  # deviation below which a code tells nothing


def factor_vae(table: Table, report: ReportProgress) -> dict[str, float]:
    """The share of batches whose factor the code that varies least tells, by majority.

    Each variance is relative to that over all rows; codes whose deviation is below .05 have no
    vote, and where that is all of them the score is 0. Chance is 1/K. Kim & Mnih 2018,
    "Disentangling by factorising", arXiv:1802.05983.
    """
    variance = table.codes.var(axis=0, ddof=1)
    active = np.flatnonzero(np.sqrt(variance) >= COLLAPSED)
    if len(active) == 0:
        return {"factor_vae": 0.0}
    scaled = table.codes[:, active] / np.sqrt(variance[active])
    random = np.random.default_rng(table.config.seed)
    learnt = ballots(table, scaled, table.config.votes, random)
    report(0.6, "")
    counted = ballots(table, scaled, table.config.votes // 2, random)
    agreed = counted[np.arange(len(active)), learnt.argmax(1)].sum()
    return {"factor_vae": float(agreed / counted.sum())}


def ballots(table: Table, scaled: Array, votes: int, random: Generator) -> Whole:
    """How often each column of scaled (N, A) varied least while each factor was shared: (A, K)."""
    count = np.zeros((scaled.shape[1], table.levels.shape[1]), np.int64)
    shared = random.integers(table.levels.shape[1], size=votes)
    for chosen, factor in votes_by_factor(shared):
        rows = random.integers(len(scaled), size=len(chosen))
        batch = scaled[table.sharing(factor, rows, table.config.batch, random)]
        steadiest = batch.var(axis=1, ddof=1).argmin(1)
        count[:, factor] += np.bincount(steadiest, minlength=len(count))
    return count
