"""Mutual information of codes and factors, by counting."""

from __future__ import annotations

import numpy as np

from .table import Array, Whole


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
