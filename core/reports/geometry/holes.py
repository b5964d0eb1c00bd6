"""Chapter of the geometry report: what the prior draws from and the encoder never visits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ...analysis.survey import Survey
from ...figures.estimate import Estimate, percent
from ...figures.finding import Finding, Quantity, absent, measured, share
from ...geometry.classes.masses import HoleMass
from ...geometry.holes.hole_table import Cell
from ...geometry.holes.mismatch import Mismatch
from ...geometry.holes.wording import HOLE
from ..words import SURGERY, clause

MASS = Quantity(
    key="hole mass",
    label="Prior in holes",
    unit="%",
    meaning=f"So much of what the prior draws lies in holes. {HOLE}",
    digits=1,
    formula="P(log p - log q > log 20) under the prior p, q the density of all codes",
    source=SURGERY,
    theory="H1",
)
LEFT_OUT = Quantity(
    key="left out",
    label="Images left out in holes",
    unit="%",
    meaning="So many images would be taken for a hole if their own code were not among the codes. "
    "Where this is much, the holes are the sample's and not the model's.",
    digits=1,
    formula="log p - log q above the limit at a draw of q(z|x_i), q the density of the other codes",
    source="leave-one-out: Duin 1976",
    theory="B0",
)
DIVERGENCE = Quantity(
    key="divergence",
    label="KL of the codes to the prior",
    unit="nats",
    meaning="How far the codes of the data, taken together, are from the prior: 0 where they fill "
    "it as the prior does.",
    formula="KL(q || p) = E[log q(z) - log p(z)] over codes z, the marginal KL of the ELBO",
    source=SURGERY,
    theory="E2",
)
FLOOR = Quantity(
    key="floor",
    label="… of it for the holes alone",
    unit="nats",
    bound="≥ ",
    meaning="The prior hits a hole in {} of its draws and the codes in {}: that alone costs so "
    "much of it, whatever else differs.",
    formula="q log(q/p) + (1 - q) log((1 - q)/(1 - p)) of these two shares, q of the codes",
    source="the data processing inequality, Cover & Thomas 2006",
    theory="B0",
)
CELL = Quantity(
    key="table {}",
    label="",
    unit="%",
    digits=1,
    formula="log p - log q > log 20; distance of features to the nearest image above its 99 % "
    "limit",
    source=f"{SURGERY}; Kynkäänniemi et al. 2019, arXiv:1904.06991",
    theory="B0",
)
CELLS = {  # (the encoder never looks there, the drawing is not real): what is drawn so
    (False, True): "Visited, drawn badly",
    (True, False): "Rarely visited, drawn well",
    (True, True): "Rarely visited, drawn badly",
}
TOO_RARE = "what the codes hit is too rare among the prior's draws to be counted"
NO_CODES = "this model has no codes of images, so nothing says where the encoder looks"


def holes_chapter(survey: Survey, names: Sequence[str]) -> list[Finding]:
    """Their mass, what they cost, and what is drawn in them."""
    holes = None if survey.masses is None else survey.masses.holes
    if survey.masses is None and "mismatch" not in survey.missing:
        return []
    findings = _masses(holes)
    if holes is not None and holes.share is not None:
        findings += _mismatch(survey)
    if survey.table is not None:
        findings += [_cell(cell) for cell in survey.table.cells if cell.unvisited or cell.unreal]
    return findings


def _masses(holes: HoleMass | None) -> list[Finding]:
    """Of the prior in holes, and of the images left out that would lie there"""
    if holes is None:
        return [absent(MASS, NO_CODES)]
    if holes.share is None:
        return [absent(MASS, clause(holes.refusal))]
    whose = f"By the codes of {holes.part}." if holes.part else ""
    findings = [measured(MASS, percent(Estimate(*holes.share)), whose)]
    if holes.left_out is not None:
        findings.append(measured(LEFT_OUT, percent(Estimate.exact(holes.left_out))))
    return findings


def _mismatch(survey: Survey) -> list[Finding]:
    mismatch, why = survey.mismatch, survey.missing.get("mismatch")
    if mismatch is None:
        return [absent(DIVERGENCE, clause(why))] if why else []
    return [measured(DIVERGENCE, mismatch.kl), _floor(mismatch)]


def _floor(mismatch: Mismatch) -> Finding:
    shares = share(mismatch.sampled), share(mismatch.visited)
    quantity = replace(FLOOR, meaning=FLOOR.meaning.format(*shares))
    if math.isinf(mismatch.floor.value):  # of the sample: of the prior itself it is not
        return absent(quantity, TOO_RARE)
    return measured(quantity, mismatch.floor)


def _cell(cell: Cell) -> Finding:
    label = CELLS[cell.unvisited, cell.unreal]
    quantity = replace(CELL, key=CELL.key.format(cell.name), label=label, meaning=cell.meaning)
    return measured(quantity, percent(cell.share))
