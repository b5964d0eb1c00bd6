"""What is known of each factor from each code: mutual information, MIG and modularity."""

from __future__ import annotations

import numpy as np

from ...engine.worker import ReportProgress
from .table import Array, Table, Whole


def measure(table: Table, tell: ReportProgress) -> dict[str, float]:
    """MIG and modularity of all rows of the table."""
    information = mutual_information(histogram(table.codes, table.config.bins), table.levels)
    return {
        "mig": gap(information, entropies(table.levels)),
        "modularity": modularity(information),
    }


def histogram(codes: Array, bins: int) -> Whole:
    """codes (N, M) as bins 0..bins-1 of equal width between the least and the greatest of each.

    Where a code takes few values, which bin those on an edge fall into may change MIG by .1.
    """
    return np.stack([_binned(code, bins) for code in codes.T], 1)


def mutual_information(a: Whole, b: Whole) -> Array:
    """Of each column of a (N, M) with each of b (N, K), whole numbers from 0: (M, K) nats.

    It is that of the counts, 0 up to the smaller entropy. Counting N independent rows gives
    (A - 1)(B - 1) / 2N on average, not 0, where they take A and B values (Miller 1955, "Note on
    the bias of information estimates").
    """
    return np.array([[_shared(one, other) for other in b.T] for one in a.T])


def entropies(a: Whole) -> Array:
    """Of each column of a (N, K), whole numbers from 0: (K,) nats."""
    return np.array([_entropy(np.bincount(column)) for column in a.T])


def gap(information: Array, entropy: Array) -> float:
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


def _binned(code: Array, bins: int) -> Whole:
    edges = np.histogram_bin_edges(code, bins)
    binned: Whole = np.digitize(code, edges[1:-1]).astype(np.int64)
    return binned


def _shared(a: Whole, b: Whole) -> float:
    joint = np.bincount(a * (b.max() + 1) + b)
    shared = _entropy(np.bincount(a)) + _entropy(np.bincount(b)) - _entropy(joint)
    return max(shared, 0.0)  # rounding


def _entropy(counts: Whole) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())
