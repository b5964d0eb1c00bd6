"""Pixel likelihoods of a decoder: Bernoulli, Gaussian (fixed or learned), continuous Bernoulli.

Each likelihood is a module with `log_prob` and `mean`: one that learns nothing has no weights.
(theory: D3.)
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Kind: TypeAlias = Literal["bernoulli", "gaussian", "learned", "continuous"]

LEAST_VARIANCE = 1e-4  # a density of pixels that are drawn exactly has no upper bound
SPEED = 20.0  # steps of the scale over those of a weight: Adam's are all about as long as its rate
MOST_LOGIT = 15.0  # black and white pixels would have it grow for ever
NEAR_ZERO = 0.2  # where differences cancel and a series takes over: its slope is good to 2e-11


class Pixels(nn.Module):
    """A law of the pixels of an image, independent of each other given the logits."""

    def log_prob(self, logits: Tensor, images: Tensor) -> Tensor:
        """logits and images: (N, C, H, W), the latter in [0, 1] -> (N,) nats"""
        return self.each(logits, images).flatten(1).sum(1)

    def each(self, logits: Tensor, images: Tensor) -> Tensor:
        """The same of every pixel, (N, C, H, W)"""
        raise NotImplementedError

    def mean(self, logits: Tensor) -> Tensor:
        """(N, C, H, W) -> images in [0, 1]"""
        return logits.sigmoid()


class Bernoulli(Pixels):
    """Black or white pixels. On grey ones it is no density: it integrates to less than 1."""

    def each(self, logits: Tensor, images: Tensor) -> Tensor:
        return -F.binary_cross_entropy_with_logits(logits, images, reduction="none")


class ContinuousBernoulli(Pixels):
    """A density on [0, 1] of the Bernoulli's form (Loaiza-Ganem & Cunningham 2019).

    arXiv:1907.06845. Logits are bent to lie within (-15, 15).
    """

    def each(self, logits: Tensor, images: Tensor) -> Tensor:
        bent = _bent(logits)
        cross = F.binary_cross_entropy_with_logits(bent, images, reduction="none")
        return log_normaliser(bent) - cross

    def mean(self, logits: Tensor) -> Tensor:
        return continuous_mean(_bent(logits)).clamp(0, 1)


class Gaussian(Pixels):
    """Normal noise of one deviation around the image, the same in every pixel."""

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def variance(self) -> Tensor | float:
        """Of a pixel: () or a number"""
        return self.deviation**2

    def each(self, logits: Tensor, images: Tensor) -> Tensor:
        variance = self.variance()
        log = variance.log() if isinstance(variance, Tensor) else math.log(variance)
        squares = (images - self.mean(logits)).square()
        return -0.5 * (squares / variance + log + math.log(2 * math.pi))


class Learned(Gaussian):
    """The same, of a variance that is learned: at its best the mean squared error of a pixel.

    It starts at `deviation` and stays above 1e-4. Rybkin et al. 2021, "Simple and effective VAE
    training with calibrated decoders", arXiv:2006.13202.
    """

    def __init__(self, deviation: float) -> None:
        super().__init__(deviation)
        self.scale = nn.Parameter(torch.zeros(()))

    def variance(self) -> Tensor:
        """Of a pixel, ()"""
        free: Tensor = self.deviation**2 * (SPEED * self.scale).exp()
        return LEAST_VARIANCE + free


def pixels(kind: Kind, deviation: float) -> Pixels:
    """The law of that name; `deviation` of the Gaussian noise, where there is any."""
    if kind == "gaussian":
        return Gaussian(deviation)
    if kind == "learned":
        return Learned(deviation)
    return ContinuousBernoulli() if kind == "continuous" else Bernoulli()


def log_normaliser(logits: Tensor) -> Tensor:
    """log C = log(l / tanh(l / 2)) of the continuous Bernoulli at every logit l, any shape."""
    small = logits.abs() < NEAR_ZERO
    square = logits.where(small, 0.0).square()
    series = square * (
        1 / 12 - square * (7 / 1440 - square * (31 / 90720 - square * 127 / 4838400))
    )
    size = logits.where(~small, 1.0).abs()  # of the branch not taken the gradient would be NaN
    shrunk = (-size).exp()
    exact = size.log() + shrunk.log1p() - (-(-size).expm1()).log()
    return (math.log(2) + series).where(small, exact)


def continuous_mean(logits: Tensor) -> Tensor:
    """1 / (1 - exp(-l)) - 1 / l: the mean of the continuous Bernoulli at every logit l."""
    small = logits.abs() < NEAR_ZERO
    near = logits.where(small, 0.0)
    square = near.square()
    series = near * (1 / 12 - square * (1 / 720 - square * (1 / 30240)))
    size = logits.where(~small, 1.0).abs()
    above = -1 / (-size).expm1() - 1 / size
    return (0.5 + series).where(small, above.where(logits > 0, 1 - above))


def _bent(logits: Tensor) -> Tensor:
    return MOST_LOGIT * (logits / MOST_LOGIT).tanh()
