"""Chapter of the measures: what the codes tell of their images, and which coordinates do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...analysis.quality.quality import Quality
from ...figures.estimate import Estimate
from ...figures.finding import Finding, Quantity, measured, number, stated
from ..words import SURGERY
from .part import part_findings

LISTED = 8  # latent coordinates whose KL is listed one by one

INFORMATION = Quantity(
    key="information",
    label="Information in a code",
    unit="nats",
    meaning="What a code tells of which image it came from. With what the codes miss of the prior "
    "it makes up the mean KL.",
    formula="E[log q(z|x) - log q(z)]",
    source=SURGERY,
    theory="E2",
)
MARGINAL = Quantity(
    key="marginal",
    label="KL of all codes to the prior",
    unit="nats",
    meaning="How far the codes of all training images together are from the prior; the price of "
    "its holes.",
    formula="KL(q(z) || p(z))",
    source=SURGERY,
    theory="E2",
)
AVERAGE = Quantity(
    key="average",
    label="Both together: mean KL",
    unit="nats",
    meaning="The sum of the two above: the KL of the bound, of the training images, estimated "
    "here from draws of their codes.",
    formula="E KL(q(z|x) || p(z))",
    source=SURGERY,
    theory="E2",
)
CORRELATION = Quantity(
    key="correlation",
    label="Total correlation",
    unit="nats",
    meaning="How much the coordinates of the codes tell of each other; 0 where they are "
    "independent.",
    formula="KL(q(z) || product of q(z_j))",
    source=SURGERY,
    theory="E2",
)
ACTIVE = Quantity(
    key="active",
    label="Active coordinates",
    meaning="Latent coordinates whose code differs from image to image; the others are idle.",
    formula="variance of the posterior mean > 0.01",
    source="Burda et al. 2016, arXiv:1509.00519",
    theory="E5",
)
LARGEST_KL = Quantity(
    key="kl each",
    label="Largest KL of a coordinate",
    unit="nats",
    digits=2,
    meaning="What the coordinates tell, the most first: {} nats.",
    formula="mean KL(q(z_j|x) || p(z_j))",
    source=SURGERY,
    theory="D3",
)


def latent_chapter(quality: Quality, names: Sequence[str]) -> list[Finding]:
    return [*_surgery(quality), *_active(quality)]


def _surgery(quality: Quality) -> list[Finding]:
    surgery = quality.surgery
    if surgery is None:
        return part_findings(quality, "surgery", INFORMATION, None)
    ceiling = number(surgery.ceiling, 2)
    most = f"At most log n = {ceiling} nats, where n codes have nothing in common."
    return [
        measured(INFORMATION, surgery.information, most),
        measured(MARGINAL, surgery.marginal),
        measured(AVERAGE, surgery.mean_kl),
        measured(CORRELATION, surgery.correlation),
    ]


def _active(quality: Quality) -> list[Finding]:
    activity = quality.activity
    if activity is None:
        return part_findings(quality, "activity", ACTIVE, None)
    active, latent = int(activity.active.sum()), len(activity.active)
    ordered = np.sort(activity.kl)[::-1]
    listed = ", ".join(number(float(kl), 2) for kl in ordered[:LISTED])
    more = f" and {latent - LISTED} smaller ones" if latent > LISTED else ""
    largest = replace(LARGEST_KL, meaning=LARGEST_KL.meaning.format(f"{listed}{more}"))
    return [
        stated(ACTIVE, f"{active} of {latent}", number=Estimate.exact(active)),
        measured(largest, Estimate.exact(float(ordered[0]))),
    ]
