"""Which factor do the rows of a batch share? Told from their codes: BetaVAE and FactorVAE.

The rows are drawn from those given, by the levels of the factor, so that no image has to be made
for the purpose.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ...engine.worker import ReportProgress
from .table import Array, Table, Whole

COLLAPSED = 0.05  # deviation below which a code tells nothing
CHUNK = 500  # votes whose batches are in memory at once


def beta_vae(table: Table, tell: ReportProgress) -> dict[str, float]:
    """The share of batches whose factor a linear classifier names, from mean |difference|.

    Chance is 1/K. Higgins et al. 2017, "beta-VAE: learning basic visual concepts with a
    constrained variational framework".
    """
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(table.config.seed)
    shared, apart = differences(table, table.config.votes, random)
    tell(0.4, "")
    tested, tested_apart = differences(table, table.config.votes // 2, random)
    tell(0.6, "")
    model = LogisticRegression(max_iter=2000).fit(apart, shared)
    return {"beta_vae": float(model.score(tested_apart, tested))}


def differences(table: Table, votes: int, random: Generator) -> tuple[Whole, Array]:
    """The factor (votes,) that the pairs of a batch share, and their mean |difference| (votes, M).

    A pair agrees in the factor; two pairs need not.
    """
    shared = random.integers(table.levels.shape[1], size=votes)
    apart = np.empty((votes, table.codes.shape[1]))
    for chosen, factor in _chunks(shared):
        left = random.integers(len(table.codes), size=(len(chosen), table.config.batch))
        right = table.sharing(factor, left.ravel(), 1, random).reshape(left.shape)
        apart[chosen] = np.abs(table.codes[left] - table.codes[right]).mean(1)
    return shared, apart


def factor_vae(table: Table, tell: ReportProgress) -> dict[str, float]:
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
    tell(0.6, "")
    counted = ballots(table, scaled, table.config.votes // 2, random)
    agreed = counted[np.arange(len(active)), learnt.argmax(1)].sum()
    return {"factor_vae": float(agreed / counted.sum())}


def ballots(table: Table, scaled: Array, votes: int, random: Generator) -> Whole:
    """How often each column of scaled (N, A) varied least while each factor was held: (A, K)."""
    count = np.zeros((scaled.shape[1], table.levels.shape[1]), np.int64)
    held = random.integers(table.levels.shape[1], size=votes)
    for chosen, factor in _chunks(held):
        rows = random.integers(len(scaled), size=len(chosen))
        batch = scaled[table.sharing(factor, rows, table.config.batch, random)]
        stillest = batch.var(axis=1, ddof=1).argmin(1)
        count[:, factor] += np.bincount(stillest, minlength=len(count))
    return count


def _chunks(factors: Whole) -> list[tuple[Whole, int]]:
    """The votes (V,) by their factor, a few at a time."""
    parts = []
    for factor in np.unique(factors):
        votes = np.flatnonzero(factors == factor)
        parts += [(votes[at : at + CHUNK], int(factor)) for at in range(0, len(votes), CHUNK)]
    return parts
