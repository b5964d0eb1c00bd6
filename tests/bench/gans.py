"""Eight modes on a ring: what generators keep of them whose critic is held, or is not."""

import time
from dataclasses import dataclass

import torch
from torch import nn

from core.data import Batch
from core.data.toy import POINT, RING, to_images, to_plane
from core.measures.modes import modes
from core.models import build
from core.models.gan import GANConfig
from core.train import TrainConfig, train

BATCH, TURN = 256, 50  # points per step, steps per turn through the data
DRAWN, LEAST = 2500, 20  # points, of which so many within three deviations capture a mode
SEEDS = (0, 1, 2)
DEVIATION = 0.02  # of the weights of a narrow start: all is drawn in one place

PLAIN = {"loss": "non-saturating", "penalty": "none", "critic_steps": 2}
GRADIENT = {
    "loss": "wasserstein", "penalty": "gradient penalty", "slope": 0.1, "critic_steps": 2,
}  # fmt: skip
SPECTRAL = {"loss": "hinge", "penalty": "spectral norm"}


@dataclass
class Found:
    captured: int
    quality: float  # share of points within three deviations (0.15) of a mode
    seconds: float


def on_the_ring(seed, steps, rate, narrow=False, **chosen):
    """A dense network of 128 hidden units and two latent coordinates after so many steps."""

    def make():
        config = GANConfig(hidden=128, latent=2, body="dense", **chosen)
        model = build(config, POINT, seed)
        if narrow:
            narrowed(model)
        return model

    points = RING.sample(BATCH * TURN, torch.Generator().manual_seed(seed))
    run = TrainConfig(steps // TURN, BATCH, rate, seed=seed, device="cpu")
    began = time.perf_counter()
    stands = train(make, Batch(to_images(points), None), lambda: run)
    model = [stand.model for stand in stands if stand is not None][-1]
    return found(model, time.perf_counter() - began)


@torch.no_grad()
def found(model, seconds):
    z = torch.randn(DRAWN, 2, generator=torch.Generator().manual_seed(5))
    points = to_plane(model.decode(z)).numpy()
    seen = modes(points, RING.centres.numpy(), RING.sigma, least=LEAST)
    return Found(seen.captured, seen.quality.value, seconds)


@torch.no_grad()
def narrowed(model):
    for layer in model.generator:
        if isinstance(layer, nn.Linear):
            layer.weight.normal_(0, DEVIATION)


def worst(steps, rate, **chosen):
    """Of all seeds, as it is read"""
    each = [on_the_ring(seed, steps, rate, **chosen) for seed in SEEDS]
    captured, quality = min(one.captured for one in each), min(one.quality for one in each)
    seconds = max(one.seconds for one in each)
    return f"{captured} of 8, {quality:.0%} near a mode, {seconds:.0f} s"


def gradient_penalty():
    """ring of eight, gradient penalty"""
    said = worst(6000, 1e-3, **GRADIENT)
    return "ring of eight, gradient penalty", said, "7 of 8, 80%"


def spectral_norm():
    """ring of eight, spectral norm"""
    said = worst(5000, 1e-3, **SPECTRAL)
    return "ring of eight, spectral norm", said, "7 of 8, 80%"


def narrow_start():
    """ring of eight, plain from a narrow start"""
    said = worst(2000, 1e-3, narrow=True, **PLAIN)
    return "ring of eight, plain from a narrow start", said, "shown, nothing is asked"


ROWS = (gradient_penalty, spectral_norm, narrow_start)
