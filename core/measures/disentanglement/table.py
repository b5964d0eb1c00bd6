"""Table of codes and known factors, its splits, and rows that share a factor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ...config.fields import check, setting
from ...engine.errors import Problem

Array: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]

FEWEST = 150  # rows: a third of them, for a test, resolves 2 %


@dataclass(frozen=True)
class DisentanglementConfig:
    """How much is spent; boosted trees take most of the time."""

    fitted: int = setting(
        10_000, "Rows linear predictors are fitted to; half as many others test them", low=100
    )
    boosted: int = setting(
        2000, "Rows boosted trees are fitted to; half as many others test them", low=100
    )
    votes: int = setting(
        10_000, "Batches BetaVAE and FactorVAE learn from; half as many test it", low=100
    )
    batch: int = setting(64, "Rows, or pairs of rows, that share a factor in one vote", low=2)
    bins: int = setting(20, "Bins of equal width of each code", low=2)
    levels: int = setting(8, "Quantile bins of a factor that has more values than that", low=2)
    seed: int = setting(0, "The split into fitted and tested rows, and the batches")


class Split(NamedTuple):
    """Rows of a table for a predictor."""

    train: Whole  # to fit it to
    test: Whole  # to test it on: others


@dataclass(frozen=True, eq=False)
class Table:
    """What every measure reads."""

    codes: Array  # (N, M)
    values: Array  # (N, K) factors as they are
    levels: Whole  # (N, K) the same as whole numbers from 0
    binned: tuple[bool, ...]  # (K,) whose levels are quantile bins
    linear: Split
    boosted: Split
    config: DisentanglementConfig

    @cached_property
    def _groups(self) -> list[tuple[Whole, Whole, Whole]]:
        """Of each factor the rows in order of its levels, and where each level starts and ends."""
        return [_grouped(levels) for levels in self.levels.T]

    def progress_text(self, factor: int) -> str:
        """Which factor is measured, as read on screen."""
        return f"factor {factor + 1} of {self.levels.shape[1]}"

    def sharing(self, factor: int, rows: Whole, count: int, random: Generator) -> Whole:
        """For each of rows (R,), `count` rows drawn from those of the same level: (R, count)."""
        order, starts, ends = self._groups[factor]
        level = self.levels[rows, factor]
        first, last = starts[level, None], ends[level, None]
        sample: Whole = order[random.integers(first, last, (len(rows), count))]
        return sample


def tabled(codes: Array, factors: Array, config: DisentanglementConfig) -> Table:
    """Codes (N, M) and factors (N, K), checked, with levels and a split; Problem if unfit."""
    check(config)
    codes, values = np.asarray(codes, np.float64), np.asarray(factors, np.float64)
    _check(codes, values)
    order = np.random.default_rng(config.seed).permutation(len(codes))
    continuous = tuple(len(np.unique(column)) > config.levels for column in values.T)
    columns = [
        levels_of(column, config.levels if binned else None)
        for column, binned in zip(values.T, continuous, strict=True)
    ]
    linear, boosted = _split(order, config.fitted), _split(order, config.boosted)
    return Table(codes, values, np.stack(columns, 1), continuous, linear, boosted, config)


def levels_of(values: Array, quantiles: int | None) -> Whole:
    """values (N,) as whole numbers from 0, each taken: its ranks, or its quantile bins."""
    if quantiles is not None:
        edges = np.quantile(values, np.arange(1, quantiles) / quantiles)
        values = np.searchsorted(edges, values, side="right").astype(np.float64)
    levels: Whole = np.unique(values, return_inverse=True)[1].astype(np.int64)
    return levels


def _check(codes: Array, values: Array) -> None:
    if codes.ndim != 2 or values.ndim != 2 or len(codes) != len(values):
        raise ValueError(f"codes {codes.shape} and factors {values.shape} are no (N, M) and (N, K)")
    for what, array in (("latent coordinates", codes), ("known factors", values)):
        if array.shape[1] < 2:
            raise Problem(f"Disentanglement compares {what}: at least two are needed.")
        if not np.isfinite(array).all():
            raise Problem(f"Some {what} are not finite: their disentanglement is not defined.")
    if len(codes) < FEWEST:
        raise Problem(f"{len(codes)} images are too few to measure: take {FEWEST} or more.")
    constant = np.flatnonzero(np.ptp(values, axis=0) == 0)
    if len(constant):
        raise Problem(f"Factor {constant[0] + 1} never changes in these images: leave it out.")


def _split(order: Whole, fitted: int) -> Split:
    """At most `fitted` rows and half as many others; two thirds and one where there are fewer."""
    tested = min(fitted // 2, len(order) // 3)
    fitted = min(fitted, len(order) - tested)
    return Split(order[:fitted], order[fitted : fitted + tested])


def _grouped(levels: Whole) -> tuple[Whole, Whole, Whole]:
    ends = np.cumsum(np.bincount(levels))
    starts = np.concatenate([[0], ends[:-1]])
    return np.argsort(levels, kind="stable"), starts, ends
