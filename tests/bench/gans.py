"""Eight modes on a ring: what generators keep of them whose critic is held, or is not."""

import time
from dataclasses import dataclass

import torch

from lacuna.core.data.dataset import Batch
from lacuna.core.data.toy import POINT, RING, to_images, to_plane
from lacuna.core.measures.modes import modes
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.models.registry import build
from lacuna.core.training.config import TrainConfig
from lacuna.core.training.loop import train

BATCH, TURN = 256, 50  # points per step, steps per turn through the data
DRAWN, LEAST = 2500, 20  # points, of which so many within three deviations capture a mode
SEEDS = (0, 1, 2)

COLLAPSING = {  # the newest generator against a critic that is near its best
    "loss": "non-saturating",
    "penalty": "none",
    "critic_steps": 20,
    "ema_decay": 0.0,
}
GRADIENT = {
    "loss": "wasserstein",
    "penalty": "gradient penalty",
    "gradient_penalty": 0.1,
    "critic_steps": 2,
}
SPECTRAL = {"loss": "hinge", "penalty": "spectral norm"}


@dataclass
class Found:
    captured: int
    quality: float  # share of points within three deviations (0.15) of a mode
    seconds: float


def on_the_ring(seed, steps, rate, **chosen):
    """A dense network of 128 hidden units and two latent coordinates after so many steps."""
    config = GANConfig(hidden=128, latent=2, body="dense", **chosen)
    points = RING.sample(BATCH * TURN, torch.Generator().manual_seed(seed))
    run = TrainConfig(steps // TURN, BATCH, rate, seed=seed, device="cpu")
    began = time.perf_counter()
    stands = train(lambda: build(config, POINT, seed), Batch(to_images(points), None), lambda: run)
    model = [stand.model for stand in stands if stand is not None][-1]
    return measure(model, time.perf_counter() - began)


@torch.no_grad()
def measure(model, seconds):
    z = torch.randn(DRAWN, 2, generator=torch.Generator().manual_seed(5))
    points = to_plane(model.decode(z)).numpy()
    observed = modes(points, RING.centres.numpy(), RING.sigma, least=LEAST)
    return Found(observed.captured, observed.quality.value, seconds)


def each(steps, rate, **chosen):
    return [on_the_ring(seed, steps, rate, **chosen) for seed in SEEDS]


def least(runs):
    """The worst of all seeds, as it is read"""
    captured, quality = min(one.captured for one in runs), min(one.quality for one in runs)
    seconds = max(one.seconds for one in runs)
    return f"{captured} of 8, {quality:.0%} near a mode, {seconds:.0f} s"


def gradient_penalty():
    """ring of eight, gradient penalty"""
    return gradient_penalty.__doc__, least(each(6000, 1e-3, **GRADIENT)), "7 of 8, 80%"


def spectral_norm():
    """ring of eight, spectral norm"""
    return spectral_norm.__doc__, least(each(5000, 1e-3, **SPECTRAL)), "7 of 8, 80%"


def collapse():
    """ring of eight, nothing held, a near-best critic"""
    runs = each(8000, 1e-3, **COLLAPSING)
    captured = ", ".join(str(one.captured) for one in runs)
    near = ", ".join(f"{one.quality:.0%}" for one in runs)
    return collapse.__doc__, f"{captured} of 8; {near} near a mode", "a collapse"


ROWS = (gradient_penalty, spectral_norm, collapse)
