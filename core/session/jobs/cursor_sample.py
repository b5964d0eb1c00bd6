"""The job of the cursor: what the model draws there, and how likely the place is."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch

from ...engine.jobs import Job
from ...figures.array import Array
from ...scene.codes import Codes
from ...scene.scene import Scene
from ..settings import Point
from .decode import decode_and_judge


@dataclass(frozen=True, eq=False)
class CursorSample:
    """What the model draws at the cursor and what is known of the place."""

    z: Point
    image: Array  # (C, H, W) in [0, 1]
    probabilities: Array | None  # (K,) of the judge
    log_prior: float  # nats
    log_posterior: float | None  # log q(z), the aggregated posterior; None without codes
    nearest: int | None  # row of results.codes whose mean is nearest in latent space
    distance: float | None  # to it, in prior standard deviations
    step: int
    milliseconds: float  # that decoding and judging took
    codes: Codes | None = None  # that log q is of

    def in_hole(self, threshold: float) -> bool | None:
        """Whether log p - log q is above `threshold`, or what the codes demand; None without q."""
        if self.log_posterior is None or self.codes is None:
            return None
        return self.log_prior - self.log_posterior > self.codes.limit(threshold)


@dataclass(frozen=True, eq=False)
class CursorSampleRequest:
    """Where the cursor stands, and the codes it is judged against."""

    scene: Scene
    cursor: Point
    codes: Codes | None


def cursor_sample_job(request: CursorSampleRequest) -> Job[CursorSample]:
    """What is drawn at the cursor, and how likely the place is."""
    scene, codes = request.scene, request.codes
    z = torch.tensor([request.cursor], dtype=torch.float32)  # (1, L)
    began = time.perf_counter()
    image, probabilities = decode_and_judge(scene, z)
    milliseconds = 1000 * (time.perf_counter() - began)
    log_posterior, nearest, distance = None, None, None
    if codes is not None:
        log_posterior = codes.log_density(z).item()
        away = (codes.mean - z).square().sum(1)
        nearest = int(away.argmin())
        distance = away[nearest].sqrt().item()
    yield CursorSample(
        request.cursor,
        image[0],
        None if probabilities is None else probabilities[0],
        scene.prior.log_density(z).item(),
        log_posterior,
        nearest,
        distance,
        scene.step,
        milliseconds,
        codes,
    )
