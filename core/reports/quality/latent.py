"""What the codes tell of their images, and which coordinates do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...analysis.quality.quality import Quality
from ...figures.finding import Finding, measured, number
from ..words import SURGERY
from .finding import exact, told

LISTED = 8  # latent coordinates whose KL is told one by one


def latent_found(quality: Quality, names: Sequence[str]) -> list[Finding]:
    return [*_apart(quality), *_active(quality)]


INFORMATION = (
    "What a code tells of which image it came from. With what the codes miss of the prior it makes "
    "up the mean KL."
)


def _apart(quality: Quality) -> list[Finding]:
    found = quality.surgery
    rows = (
        ("information", "Information in a code", INFORMATION, "E[log q(z|x) - log q(z)]"),
        ("marginal", "KL of all codes to the prior",
         "How far all codes together are from the prior; the price of its holes.",
         "KL(q(z) || p(z))"),
        ("average", "Both together: mean KL",
         "The sum of the two above. It is the KL of the bound, estimated here from draws of at "
         "most 5\N{NO-BREAK SPACE}000 codes, and so a little off it.", "E KL(q(z|x) || p(z))"),
        ("correlation", "Total correlation",
         "How much the coordinates of the codes tell of each other; 0 where they are independent.",
         "KL(q(z) || product of q(z_j))"),
    )  # fmt: skip
    if found is None:
        key, label, meaning, formula = rows[0]
        return told(quality, "surgery", key, label, None, "nats", meaning, formula=formula,
                     source=SURGERY)  # fmt: skip
    most = f"At most log n = {number(found.ceiling, 2)} nats, where n codes have nothing in common."
    return [
        measured(key, label, getattr(found, key), "nats", meaning, formula=formula, source=SURGERY,
                 remark=most if key == "information" else "")
        for key, label, meaning, formula in rows
    ]  # fmt: skip


def _active(quality: Quality) -> list[Finding]:
    key, label, used = "active", "Active coordinates", quality.activity
    meaning = "Latent coordinates whose code differs from image to image; the others are idle."
    formula, source = "variance of the posterior mean > 0.01", "Burda et al. 2016, arXiv:1509.00519"
    if used is None:
        return told(quality, "activity", key, label, None, "", meaning, formula=formula,
                     source=source)  # fmt: skip
    active, latent = int(used.active.sum()), len(used.active)
    ordered = np.sort(used.kl)[::-1]
    each = ", ".join(number(float(kl), 2) for kl in ordered[:LISTED])
    more = f" and {latent - LISTED} smaller ones" if latent > LISTED else ""
    counted = Finding(key, label, f"{active} of {latent}", meaning, "", formula, source,
                      number=exact(active))  # fmt: skip
    return [
        counted,
        measured("kl each", "Largest KL of a coordinate", exact(float(ordered[0])), "nats",
                 f"What the coordinates tell, the most first: {each}{more} nats.", digits=2,
                 formula="mean KL(q(z_j|x) || p(z_j))", source=SURGERY),
    ]  # fmt: skip
