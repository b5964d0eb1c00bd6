"""The codes with what they say of images left out, and how smooth they have to be for that."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from ..engine.jobs import Progress
from .codes import PAIRS, Codes, posterior_sample, smoothed
from .held_out_scores import HeldOutScores
from .mixture import DenseMixture
from .prior import Prior

DRAWS = 1024  # of images that are left out, one each
RARE = math.log(20)  # nats of log p - log q: the encoder visits 1/20 as often as the prior draws
FINER = 2.25  # times less smoothing from one try to the next
SMOOTHINGS = tuple(0.9 / FINER**power for power in range(10))


def calibrated(
    codes: Codes, prior: Prior, draws: int = DRAWS, seed: int = 0
) -> Generator[Progress | None, Any, Codes]:
    """`codes` with their `held_out`; as they are where there are fewer than two.

    They are smoothed only where they are not all, or do not tell of images left out.
    """
    if len(codes.mean) < 2:
        return codes
    random = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(codes.mean), generator=random)[:draws]
    left_out = _LeftOut(codes, rows, posterior_sample(codes, rows, random), prior)
    best = yield from left_out.judged(0.0)
    if not codes.whole or best.spiky(RARE):
        for smoothing in SMOOTHINGS:
            finer = yield from left_out.judged(smoothing)
            if best.smoothing and best.mean < finer.mean:
                break
            best = finer
    return replace(codes, held_out=best)


@dataclass(frozen=True, eq=False)
class _LeftOut:
    """Draws of posteriors, each to be judged by the other codes"""

    codes: Codes
    rows: Tensor  # (N,)
    z: Tensor  # (N, L), one of each
    prior: Prior

    def judged(self, smoothing: float) -> Generator[None, Any, HeldOutScores]:
        mean, logvar = self.codes.mean.cpu().double(), self.codes.logvar.cpu().double()
        density = DenseMixture.of(*smoothed(mean, logvar, smoothing))
        parts = []
        for some in torch.arange(len(self.z)).split(max(1, PAIRS // len(mean))):
            z = self.z[some].cpu()
            others = density.of_others(z.double(), self.rows[some])
            parts.append(self.prior.log_density(z).double() - others)
            yield None
        return HeldOutScores(torch.cat(parts).sort().values.numpy(), smoothing)
