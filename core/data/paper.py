"""What is clear in a picture lies on paper: such that what is drawn on it can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..figures.finding import grouped

GREYS = {"white": 255, "black": 0, "grey": 128}  # as they are tried
FAINT = 26  # of 255, a tenth: what stands out less from its paper is not seen

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Paper:
    """What lies below all pictures of a data set."""

    name: str  # a key of GREYS
    vanished: int = 0  # pictures of which nothing can be seen on it

    def __str__(self) -> str:
        lost = f", on which {grouped(self.vanished)} cannot be seen" if self.vanished else ""
        return f"clear parts on {self.name}{lost}"


def paper_for(pictures: Iterable[tuple[Bytes, Bytes]]) -> Paper:
    """That on which the fewest pictures vanish: values (C, H, W) and alpha (H, W) of each."""
    vanished = np.zeros(len(GREYS), int)
    for values, alpha in pictures:
        vanished += ~_seen(values, alpha)
    best = int(vanished.argmin())
    return Paper(list(GREYS)[best], int(vanished[best]))


def _seen(values: Bytes, alpha: Bytes) -> NDArray[np.bool_]:
    """On which of GREYS it is seen, (3,); on all where there is nothing to see"""
    ink = alpha.astype(np.float32) / 255
    contrasts = [(ink * abs(values.astype(np.float32) - grey)).max() for grey in GREYS.values()]
    return np.array(contrasts) > FAINT if ink.max() > FAINT / 255 else np.full(len(GREYS), True)


def laid_on(paper: Paper, values: Bytes, alpha: Bytes) -> Bytes:
    """Images (..., C, H, W) with alpha (..., H, W), opaque."""
    ink = alpha[..., None, :, :].astype(np.float32) / 255
    return np.rint(ink * values + (1 - ink) * GREYS[paper.name]).astype(np.uint8)
