"""How well each factor is predicted from the codes, and from which: explicitness, SAP and DCI."""

from __future__ import annotations

import numpy as np
from scipy.stats import entropy

from ...engine.worker import ReportProgress
from .information import lead
from .table import Array, Table, Whole

CONSTANT = 1e-12  # variance below which a code predicts nothing
NEVER_ZERO = 1e-11  # added to importances before their entropy


def explicitness(table: Table, tell: ReportProgress) -> dict[str, float]:
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
        tell(row / table.levels.shape[1], _factor(table, row))
        model = LogisticRegression(max_iter=2000).fit(fitted, levels[table.linear.train])
        areas.append(_area(levels[table.linear.test], model.predict_proba(tested), model.classes_))
    return {"explicitness": float(np.mean(areas))}


def _area(levels: Whole, probabilities: Array, known: Whole) -> float:
    """Mean area under the ROC curve of levels (N,), from probabilities (N, A) of the known (A,)."""
    from sklearn.metrics import roc_auc_score

    seen = [
        roc_auc_score(levels == level, column)
        for level, column in zip(known, probabilities.T, strict=True)
        if 0 < (levels == level).sum() < len(levels)
    ]
    return float(np.mean(seen))


def separated(table: Table, tell: ReportProgress) -> dict[str, float]:
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
        tell(row / len(codes), f"coordinate {row + 1} of {len(codes)}")
        scores[row] = [_told(table, code[:, None], levels) for levels in table.levels.T]
    return {
        "sap": float(lead(scores).mean()),
        "sap_continuous": float(lead(squared_correlation(table.codes, table.values)).mean()),
    }


def _told(table: Table, code: Array, levels: Whole) -> float:
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


def boosted(table: Table, tell: ReportProgress) -> dict[str, float]:
    """DCI: how alone each code, and each factor, is in what boosted trees use; their accuracy.

    Eastwood & Williams 2018, "A framework for the quantitative evaluation of disentangled
    representations". 100 trees of depth 3 for each level of each factor.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    train, test = table.boosted
    importances, right = [], []
    for row, levels in enumerate(table.levels.T):
        tell(row / table.levels.shape[1], _factor(table, row))
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
    concentration = 1 - entropy(importance + NEVER_ZERO, base=len(importance))
    mass = importance.sum(0)
    if mass.sum() == 0:
        return float(concentration.mean())
    return float(concentration @ mass / mass.sum())


def _factor(table: Table, row: int) -> str:
    return f"factor {row + 1} of {table.levels.shape[1]}"
