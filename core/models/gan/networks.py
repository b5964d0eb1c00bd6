"""Networks of GANs: dense and convolutional (DCGAN) generators and critics (theory: D20).

Deep convolutional ones after Radford, Metz & Chintala 2016, arXiv:1511.06434: strided convolutions
only, batch norm but at the ends, leaky units in the critic, normal weights of deviation 0.02. Nets
see images in [-1, 1], and points of the plane as they lie there.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from ...data.toy import to_images, to_plane
from ..latent_model import POINT, ModelConfig, Shape

Wrap = Callable[[nn.Linear | nn.Conv2d, Shape], nn.Module]  # a layer, given what it sees

LEAK = 0.2
DEVIATION = 0.02


class CriticNetwork(nn.Module):
    """Images as nets see them (N, C, H, W) -> features (N, F) -> numbers (N, out)."""

    def __init__(self, body: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        numbers: Tensor = self.head(self.body(x))
        return numbers


def as_is(layer: nn.Linear | nn.Conv2d, shape: Shape) -> nn.Module:
    """No wrap at all."""
    return layer


def inward(images: Tensor, shape: Shape) -> Tensor:
    """Images in [0, 1] as nets see them."""
    return to_plane(images).view_as(images) if shape == POINT else 2 * images - 1


def outward(logits: Tensor, shape: Shape) -> Tensor:
    """What a generator's last layer says as images in [0, 1]; a point may lie outside."""
    return to_images(logits.flatten(1)) if shape == POINT else logits.sigmoid()


def generator(config: ModelConfig, shape: Shape, inputs: int) -> nn.Sequential:
    """(N, inputs) -> (N, C, H, W): points of the plane, or logits of pixels."""
    made = {"conv": _conv_generator, "dense": _dense_generator}[config.body]
    return made(inputs, config.hidden, shape)


def critic(
    config: ModelConfig, shape: Shape, out: int, wrap: Wrap = as_is, norms: bool = False
) -> CriticNetwork:
    """A critic, or with 2 L numbers an encoder; `norms`: batch norm between convolutions."""
    if config.body == "dense":
        body, features = _dense_body(config.hidden, shape, wrap), config.hidden
    else:
        body = _conv_body(config.hidden, shape, wrap, norms)
        features = _channels(config.hidden)[1] * (shape[1] // 4) * (shape[2] // 4)
    return CriticNetwork(body, wrap(nn.Linear(features, out), (1, 1, features)))


def _channels(hidden: int) -> tuple[int, int]:
    """At half and at a quarter of the side: 64 and 128 where there are 256 hidden units"""
    return max(1, hidden // 4), max(1, hidden // 2)


def _dense_generator(inputs: int, hidden: int, shape: Shape) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, hidden),
        nn.ReLU(),
        nn.Linear(hidden, hidden),
        nn.ReLU(),
        nn.Linear(hidden, math.prod(shape)),
        nn.Unflatten(1, shape),
    )


def _conv_generator(inputs: int, hidden: int, shape: Shape) -> nn.Sequential:
    channels, height, width = shape
    half, quarter = _channels(hidden)
    made = nn.Sequential(
        nn.Linear(inputs, quarter * (height // 4) * (width // 4)),
        nn.Unflatten(1, (quarter, height // 4, width // 4)),
        nn.BatchNorm2d(quarter),
        nn.ReLU(),
        nn.ConvTranspose2d(quarter, half, 4, 2, 1),
        nn.BatchNorm2d(half),
        nn.ReLU(),
        nn.ConvTranspose2d(half, channels, 4, 2, 1),
    )
    return made.apply(_small)


def _dense_body(hidden: int, shape: Shape, wrap: Wrap) -> nn.Sequential:
    pixels = math.prod(shape)
    return nn.Sequential(
        nn.Flatten(),
        wrap(nn.Linear(pixels, hidden), (1, 1, pixels)),
        nn.LeakyReLU(LEAK),
        wrap(nn.Linear(hidden, hidden), (1, 1, hidden)),
        nn.LeakyReLU(LEAK),
    )


def _conv_body(hidden: int, shape: Shape, wrap: Wrap, norms: bool) -> nn.Sequential:
    channels, height, width = shape
    half, quarter = _channels(hidden)
    first, second = nn.Conv2d(channels, half, 4, 2, 1), nn.Conv2d(half, quarter, 4, 2, 1)
    _small(first), _small(second)
    norm = [nn.BatchNorm2d(quarter)] if norms else []
    return nn.Sequential(
        wrap(first, shape),
        nn.LeakyReLU(LEAK),
        wrap(second, (half, height // 2, width // 2)),
        *norm,
        nn.LeakyReLU(LEAK),
        nn.Flatten(),
    )


@torch.no_grad()
def _small(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        layer.weight.normal_(0, DEVIATION)
