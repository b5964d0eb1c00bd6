"""BetaVAE score: does a linear classifier name the factor that pairs of rows share?

Higgins et al. 2017, "beta-VAE: learning basic visual concepts with a constrained variational
framework". The rows are drawn from those of the table, by the levels of the factor, so that no
image has to be made for the purpose.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from ...engine.worker import ReportProgress
from .table import Array, Table, Whole
from .votes import votes_by_factor


def beta_vae(table: Table, report: ReportProgress) -> dict[str, float]:
    """The share of batches whose factor a linear classifier names, from mean |difference|.

    Chance is 1/K. Higgins et al. 2017, "beta-VAE: learning basic visual concepts with a
    constrained variational framework".
    """
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(table.config.seed)
    shared, apart = differences(table, table.config.votes, random)
    report(0.4, "")
    tested, tested_apart = differences(table, table.config.votes // 2, random)
    report(0.6, "")
    model = LogisticRegression(max_iter=2000).fit(apart, shared)
    return {"beta_vae": float(model.score(tested_apart, tested))}


def differences(table: Table, votes: int, random: Generator) -> tuple[Whole, Array]:
    """The factor (votes,) that the pairs of a batch share, and their mean |difference| (votes, M).

    A pair agrees in the factor; two pairs need not.
    """
    shared = random.integers(table.levels.shape[1], size=votes)
    apart = np.empty((votes, table.codes.shape[1]))
    for chosen, factor in votes_by_factor(shared):
        left = random.integers(len(table.codes), size=(len(chosen), table.config.batch))
        right = table.sharing(factor, left.ravel(), 1, random).reshape(left.shape)
        apart[chosen] = np.abs(table.codes[left] - table.codes[right]).mean(1)
    return shared, apart
