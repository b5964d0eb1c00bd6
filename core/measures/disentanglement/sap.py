"""SAP, separated attribute predictability: how far the best code of a factor is ahead of the next.

Kumar et al. 2018, arXiv:1711.00848.
"""

from __future__ import annotations

import numpy as np

from ...engine.worker import ReportProgress
from .mig import lead
from .table import Array, Table, Whole

CONSTANT = 1e-12  # variance below which a code predicts nothing


def separated(table: Table, report: ReportProgress) -> dict[str, float]:
    """SAP of levels and of values: how far the best single code is ahead of the next, on average.

    Of levels it is ahead in test accuracy of a linear support vector machine, which a perfect
    code does not lead by all of 1 - 1/levels: no single line cuts out a level in the middle, so
    that chance decides what it is taken for.
    Of values, in squared correlation. Kumar et al. 2018, "Variational inference of disentangled
    latent concepts from unlabeled observations", arXiv:1711.00848.
    """
    codes = table.codes.T
    scores = np.empty((len(codes), table.levels.shape[1]))
    for row, code in enumerate(codes):
        report(row / len(codes), f"coordinate {row + 1} of {len(codes)}")
        scores[row] = [_accuracy(table, code[:, None], levels) for levels in table.levels.T]
    return {
        "sap": float(lead(scores).mean()),
        "sap_continuous": float(lead(squared_correlation(table.codes, table.values)).mean()),
    }


def _accuracy(table: Table, code: Array, levels: Whole) -> float:
    """The accuracy, on the rows to test, of telling levels (N,) from one code (N, 1)."""
    from sklearn.svm import LinearSVC

    model = LinearSVC(C=0.01, class_weight="balanced", dual=False)
    model.fit(code[table.linear.train], levels[table.linear.train])
    return float(model.score(code[table.linear.test], levels[table.linear.test]))


def squared_correlation(codes: Array, values: Array) -> Array:
    """Of each column of codes (N, M) with each of values (N, K): (M, K), 0 for a constant code."""
    left, right = codes - codes.mean(0), values - values.mean(0)
    covariance = left.T @ right / (len(codes) - 1)
    variance = codes.var(axis=0, ddof=1)[:, None]
    scale = np.where(variance > CONSTANT, variance, np.inf) * values.var(axis=0, ddof=1)
    squared: Array = covariance**2 / scale
    return squared
