"""Disentanglement scores: does each latent coordinate follow one known factor? (theory: E15)

The definitions are those of disentanglement_lib (Locatello et al. 2019, arXiv:1811.12359). They
disagree by design: the BetaVAE score cannot see a rotation of all coordinates, modularity suffers
from coordinates that carry only noise, and the gaps of MIG and SAP fall where two coordinates
share a factor. Adding a measure is one function and one line in `MEASURES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from ...engine.jobs import Job, Progress
from ...engine.worker import ReportProgress, in_thread
from .beta_vae import beta_vae
from .dci import boosted
from .explicitness import explicitness
from .factor_vae import factor_vae
from .mig import mutual_information_gap
from .modularity import modularity
from .mutual_information import entropies, histogram, mutual_information
from .sap import separated
from .table import Array, DisentanglementConfig, Table, tabled

__all__ = ["MEASURES", "Disentanglement", "DisentanglementConfig", "disentanglement"]

Measure: TypeAlias = Callable[[Table, ReportProgress], Mapping[str, float]]


def information_scores(table: Table, report: ReportProgress) -> dict[str, float]:
    """MIG and modularity of all rows of the table."""
    information = mutual_information(histogram(table.codes, table.config.bins), table.levels)
    return {
        "mig": mutual_information_gap(information, entropies(table.levels)),
        "modularity": modularity(information),
    }


MEASURES: dict[str, Measure] = {
    "the gaps of mutual information": information_scores,
    "the BetaVAE score": beta_vae,
    "the FactorVAE score": factor_vae,
    "explicitness": explicitness,
    "separated predictability": separated,
    "boosted trees": boosted,
}


@dataclass(frozen=True, eq=False)
class Disentanglement:
    """The scores that are known so far, and on how much they rest.

    All are in [0, 1], higher is better: "beta_vae", "factor_vae", "mig", "modularity",
    "explicitness", "sap" (of levels), "sap_continuous" (of values), "disentanglement",
    "completeness" and "informativeness" (the last three are DCI).
    """

    scores: Mapping[str, float]
    rows: int  # in all: MIG, modularity and SAP of values are of all of them
    linear: tuple[int, int]  # to which explicitness and SAP of levels were fitted; tested on others
    boosted: tuple[int, int]  # the same of DCI
    votes: int  # of BetaVAE and FactorVAE; half as many again are counted
    binned: tuple[bool, ...]  # which factors are continuous and were binned


def disentanglement(
    codes: Array, factors: Array, config: DisentanglementConfig = DisentanglementConfig()
) -> Job[Disentanglement | Progress]:
    """Measure codes (N, M), say posterior means, against known factors (N, K) of the same rows.

    A factor with more than `config.levels` values is continuous: all but "sap_continuous" see it
    in so many quantile bins. Each measure that is done is reported with those before it.
    The same rows and seed give the same scores. Problem where the measures are not defined: a
    single coordinate or factor, a constant factor, values that are not finite, too few rows.
    """
    table = tabled(codes, factors, config)
    scores: dict[str, float] = {}
    for stage, (what, measure) in enumerate(MEASURES.items()):
        scores |= yield from in_thread(partial(_measured, measure, table, what, stage))
        yield _so_far(dict(scores), table)


def _so_far(scores: Mapping[str, float], table: Table) -> Disentanglement:
    linear, boosted = (
        (len(split.train), len(split.test)) for split in (table.linear, table.boosted)
    )
    votes = table.config.votes
    return Disentanglement(scores, len(table.codes), linear, boosted, votes, table.binned)


def _measured(
    measure: Measure, table: Table, what: str, stage: int, report: ReportProgress
) -> Mapping[str, float]:
    def report_stage(fraction: float | None, text: str) -> None:
        done = (stage + (fraction or 0.0)) / len(MEASURES)
        report(done, f"measuring {what}{text and ': '}{text}")

    report_stage(0.0, "")
    return measure(table, report_stage)
