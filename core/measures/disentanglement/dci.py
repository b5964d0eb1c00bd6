"""DCI: disentanglement, completeness and informativeness by boosted trees.

Eastwood & Williams 2018, "A framework for the quantitative evaluation of disentangled
representations".
"""

from __future__ import annotations

import numpy as np
from scipy.special import entr

from ...engine.worker import ReportProgress
from .table import Array, Table

NEVER_ZERO = 1e-11  # added to importances before their entropy


def boosted(table: Table, report: ReportProgress) -> dict[str, float]:
    """DCI: how alone each code, and each factor, is in what boosted trees use; their accuracy.

    Eastwood & Williams 2018, "A framework for the quantitative evaluation of disentangled
    representations". 100 trees of depth 3 for each level of each factor.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    train, test = table.boosted
    importances, right = [], []
    for row, levels in enumerate(table.levels.T):
        report(row / table.levels.shape[1], table.progress_text(row))
        model = GradientBoostingClassifier(random_state=table.config.seed)
        model.fit(table.codes[train], levels[train])
        importances.append(model.feature_importances_)
        right.append(model.score(table.codes[test], levels[test]))
    importance = np.stack(importances, 1)
    return {
        "disentanglement": alone(importance.T),
        "completeness": alone(importance),
        "informativeness": float(np.mean(right)),
    }


def alone(importance: Array) -> float:
    """1 - entropy of each column of importance (A, B), to base A; the mean by the columns' mass.

    importance: not negative, A >= 2. In [0, 1]: 1 where each column has one entry that counts.
    Completeness of importance (M, K); disentanglement of its transpose.
    """
    weights = importance + NEVER_ZERO
    entropy = entr(weights / weights.sum(0)).sum(0)
    concentration = 1 - entropy / np.log(len(importance))
    mass = importance.sum(0)
    if mass.sum() == 0:
        return float(concentration.mean())
    return float(concentration @ mass / mass.sum())
