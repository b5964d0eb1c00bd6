"""Explicitness: how well linear classifiers rank the levels of each factor.

Ridgeway & Mozer 2018, arXiv:1802.05312.
"""

from __future__ import annotations

import numpy as np

from ...engine.worker import ReportProgress
from .table import Array, Table, Whole


def explicitness(table: Table, report: ReportProgress) -> dict[str, float]:
    """How well levels are ranked by linear classifiers: mean area under the ROC curve; chance ½.

    One level against the rest, of each level and factor; levels that were not seen both in the
    fitted and in the tested rows are passed over. Ridgeway & Mozer 2018, arXiv:1802.05312.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(table.codes[table.linear.train])
    fitted, tested = (scaler.transform(table.codes[rows]) for rows in table.linear)
    areas = []
    for row, levels in enumerate(table.levels.T):
        report(row / table.levels.shape[1], table.progress_text(row))
        model = LogisticRegression(max_iter=2000).fit(fitted, levels[table.linear.train])
        areas.append(_area(levels[table.linear.test], model.predict_proba(tested), model.classes_))
    return {"explicitness": float(np.mean(areas))}


def _area(levels: Whole, probabilities: Array, known: Whole) -> float:
    """Mean area under the ROC curve of levels (N,), from probabilities (N, A) of the known (A,)."""
    from sklearn.metrics import roc_auc_score

    areas = [
        roc_auc_score(levels == level, column)
        for level, column in zip(known, probabilities.T, strict=True)
        if 0 < (levels == level).sum() < len(levels)
    ]
    return float(np.mean(areas))
