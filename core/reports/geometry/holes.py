"""What the prior draws from and the encoder never visits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...analysis.survey import Survey
from ...figures.estimate import Estimate, percent
from ...figures.finding import Finding, absent, measured, share
from ...geometry.holes.hole_table import Cell
from ...geometry.holes.mismatch import Mismatch
from ..words import SURGERY, clause

MASS = (
    "So much of what the prior draws lies in holes: places that the encoder visits less than "
    "1/20 as often as the prior draws from there."
)
RATIO = "P(log p - log q > log 20) under the prior p, q the density of all codes"
DIVERGENCE = (
    "How far the codes of the data, taken together, are from the prior: 0 where they fill it as "
    "the prior does."
)
MARGINAL = "KL(q || p) = E[log q(z) - log p(z)] over codes z, the marginal KL of the ELBO"
REALISM = "log p - log q > log 20; distance of features to the nearest image above its 99 % limit"
CELLS = {  # (the encoder never looks there, the drawing is not real): what is drawn so
    (False, True): "Visited, drawn badly",
    (True, False): "Never visited, drawn well",
    (True, True): "Never visited, drawn badly",
}
BINARY = "q log(q/p) + (1 - q) log((1 - q)/(1 - p)) of these two shares, q of the codes"
PROCESSING = "the data processing inequality, Cover & Thomas 2006"
TOO_RARE = "what the codes hit is too rare among the prior's draws to be counted"
NO_CODES = "this model has no codes of images, so nothing says where the encoder looks"


def holes_found(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """Their mass, what they cost, and what is drawn in them."""
    hole = None if survey.masses is None else survey.masses.hole
    if survey.masses is None and "mismatch" not in survey.missing:
        return []
    found = [_mass(hole)]
    if hole is not None:
        found += _mismatch(survey)
    if survey.table is not None:
        found += [_cell(cell) for cell in survey.table.cells if cell.unvisited or cell.unreal]
    return found


def _mass(hole: tuple[float, float, float] | None) -> Finding:
    key, label = "hole mass", "Prior in holes"
    if hole is None:
        return absent(key, label, MASS, NO_CODES, RATIO, SURGERY)
    part = percent(Estimate(*hole))
    return measured(key, label, part, "%", MASS, digits=1, formula=RATIO, source=SURGERY)


def _mismatch(survey: Survey) -> list[Finding]:
    key, label = "divergence", "KL of the codes to the prior"
    seen, why = survey.mismatch, survey.missing.get("mismatch")
    if seen is None:
        return [absent(key, label, DIVERGENCE, clause(why), MARGINAL, SURGERY)] if why else []
    kl = measured(key, label, seen.kl, "nats", DIVERGENCE, formula=MARGINAL, source=SURGERY)
    return [kl, _floor(seen)]


def _floor(seen: Mismatch) -> Finding:
    key, label = "floor", "… of it for the holes alone"
    meaning = (
        f"The prior hits a hole in {share(seen.drawn)} of its draws and the codes in "
        f"{share(seen.visited)}: that alone costs so much of it, whatever else differs."
    )
    if math.isinf(seen.floor):  # of the sample: of the prior itself it is not
        return absent(key, label, meaning, TOO_RARE, BINARY, PROCESSING)
    floor = Estimate(seen.floor, seen.floor, seen.floor)
    return measured(
        key, label, floor, "nats", meaning, prefix="≥ ", formula=BINARY, source=PROCESSING
    )


def _cell(cell: Cell) -> Finding:
    return measured(
        f"table {cell.name}", CELLS[cell.unvisited, cell.unreal], percent(cell.share), "%",
        cell.meaning, digits=1, formula=REALISM,
        source=f"{SURGERY}; Kynkäänniemi et al. 2019, arXiv:1904.06991",
    )  # fmt: skip
