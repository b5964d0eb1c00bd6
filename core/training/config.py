"""Configuration of a training: epochs, learning rate, weight of the KL term, device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..config.fields import setting
from ..engine import device

Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class TrainConfig:
    """Read anew at every step: seed and device stay what they were, the rest may change."""

    epochs: int = setting(
        10, "how often each training image is seen", label="Epochs", low=1, high=100_000, live=True
    )
    batch: int = setting(
        128, "images per step", label="Batch", unit="images", low=1, high=8192, live=True
    )
    rate: float = setting(
        1e-3,
        "learning rate of Adam (Kingma & Ba 2015)",
        label="Learning rate",
        low=1e-7,
        high=10,
        logarithmic=True,
        live=True,
    )
    beta: float = setting(
        1.0,
        "weight of the KL term: 1 is the ELBO (Higgins et al. 2017)",
        label="Beta",
        low=0,
        high=1000,
        live=True,
    )
    warmup: float = setting(
        0.0,
        "beta rises from 0 over so many epochs (Bowman et al. 2016); 0: it is there at once",
        label="Warm-up",
        unit="epochs",
        low=0,
        high=100_000,
        live=True,
    )
    cyclical: bool = setting(
        False,
        "the warm-up is followed by as long at full beta, and begins again (Fu et al. 2019)",
        label="Repeat the warm-up",
        live=True,
    )
    seed: int = setting(
        0,
        "same seed, same run: Start replays it bit for bit, on the CPU of one machine",
        label="Seed",
        low=0,
        high=2**31 - 1,
    )
    device: device.DeviceName = setting("auto", "where torch computes", label="Device")
    precision: Precision = setting(
        "float32",
        "of the numbers computed with: bfloat16 is faster on a GPU and keeps three "
        "digits; the weights have all of theirs",
        label="Precision",
        live=True,
    )


@dataclass(frozen=True)
class Cadence:
    """How often a training reports."""

    snapshots: float = 0.3  # seconds between two of them, at least
    checkpoints: float = 120.0  # the same: what a crash may cost


def annealed_beta(config: TrainConfig, epoch: float) -> float:
    """Beta after so many epochs: 0 at first, in full from the end of the warm-up on.

    A cycle is twice as long as its warm-up (Fu et al. 2019, arXiv:1903.10145, with R = 1/2).
    """
    if not config.warmup:
        return config.beta
    passed = epoch % (2 * config.warmup) if config.cyclical else epoch
    return config.beta * min(1.0, passed / config.warmup)
