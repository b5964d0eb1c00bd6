"""Principal component analysis, with the density it has as a latent model.

Pearson 1901; Tipping & Bishop 1999, "Probabilistic principal component analysis". (theory: D1.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from ...data.dataset import Batch
from ..family import WEIGHING, Family
from ..latent_model import LatentModel, ModelConfig, Shape
from ..moments import Moments

WHOLE = 1024  # pixels up to which their covariance is kept whole
SKETCH = 512  # of more: random directions that it is multiplied by
LEAST_NOISE = 1e-6  # of the noise of a pixel, and of a component that is none
LEAST_EIGENVALUE = 1e-6  # of the largest eigenvalue: what single precision makes of 0


@dataclass(frozen=True)
class PCAConfig(ModelConfig):
    """A linear map has no networks: `body` and `hidden` mean nothing to it."""


class PCA(LatentModel):
    """Principal component analysis in one pass over the images; nothing is trained.

    A coordinate of z is how many standard deviations of the training images an image lies from
    their mean along one principal component, the widest first. So the codes have mean 0 and
    covariance 1, and the Gaussian that is fitted to them, the prior, is N(0, 1). The variance of
    the posterior is the noise of the pixels over the variance of the component, as in probabilistic
    PCA; the noise is the mean of the variances that are left out.

    Exact up to 1024 pixels per image, where all have been seen as often. Of more, the covariance is
    known by its products with 512 random directions (Tropp, Yurtsever, Udell & Cevher 2017,
    arXiv:1706.05736): exact where the images span fewer, near it where few components are wide.
    """

    centre: Tensor  # (D,), the mean image
    axes: Tensor  # (D, L) orthonormal; columns beyond D are 0
    variances: Tensor  # (L,) of the images along the axes, none below `noise`
    noise: Tensor  # (), variance of a pixel around the subspace

    def __init__(self, config: PCAConfig, shape: Shape, classes: int = 0) -> None:
        super().__init__()
        self.config = config
        self.shape = shape
        size = math.prod(shape)
        self.moments = Moments(size, None if size <= WHOLE else torch.randn(size, SKETCH))
        self.register_buffer("centre", torch.full((size,), 0.5))
        self.register_buffer("axes", torch.zeros(size, config.latent))
        self.register_buffer("variances", torch.ones(config.latent))
        self.register_buffer("noise", torch.ones(()))

    def players(self) -> dict[str, nn.Module]:
        """None: there is no loss to be made small step by step."""
        return {}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        raise NotImplementedError("PCA has no players")

    def observe(self, batch: Batch) -> None:
        """Take the batch into the moments; find the components whenever twice as many are in."""
        before = int(self.moments.seen)
        self.moments.see(batch.images.flatten(1))
        if int(self.moments.seen).bit_length() > before.bit_length():
            self._solve()

    def advance(self, progress: float) -> None:
        """At the end every image has been seen as often, and the components are those of all."""
        if progress >= 1:
            self._solve()

    @torch.no_grad()
    def _solve(self) -> None:
        size, latent = self.axes.shape
        moments = self.moments
        values, axes = components(moments.products, moments.directions, latent)
        left = (float(moments.total) - float(values.sum())) / max(1, size - latent)
        noise = max(LEAST_NOISE, left)
        self.centre.copy_(moments.mean)
        self.noise.fill_(noise)
        self.axes.zero_()[:, : axes.shape[1]].copy_(axes)
        self.variances.fill_(noise)[: len(values)].copy_(values.clamp_min(noise))

    def encode(self, images: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        along = (images.flatten(1) - self.centre) @ self.axes
        mean = along / self.variances.sqrt()
        return mean, (self.noise / self.variances).log().expand_as(mean)

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        flat = self.centre + (z * self.variances.sqrt()) @ self.axes.mT
        images: Tensor = flat.clamp(0, 1).unflatten(1, self.shape)
        return images

    def terms(
        self, images: Tensor, noise: Generator, labels: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Expected Gaussian reconstruction and KL of each image in nats, in probabilistic PCA.

        In closed form, under its own posterior, so that minus their sum is log p(x) itself: the
        normal density of the training images' mean and of the covariance whose eigenvalues are the
        variances of the axes and, beside them, the noise.
        """
        centred = images.flatten(1) - self.centre
        along = centred @ self.axes
        slopes = (self.variances - self.noise).sqrt()  # of the drawn image by a latent coordinate
        variance = self.noise / self.variances
        mean = along * slopes / self.variances
        squares = (
            (centred - along @ self.axes.mT).square().sum(1)
            + (along - slopes * mean).square().sum(1)
            + (slopes.square() * variance).sum()
        )
        scale = centred.shape[1] * (math.log(2 * math.pi) + self.noise.log())
        recon = 0.5 * (squares / self.noise + scale)
        kl = 0.5 * (mean.square() + variance - 1 - variance.log()).sum(1)
        return recon, kl


def components(products: Tensor, directions: Tensor | None, count: int) -> tuple[Tensor, Tensor]:
    """The largest eigenvalues (R,) of a covariance (D, D), descending, and eigenvectors (D, R).

    products: the covariance times the directions (D, K), or itself where there are none. R is
    `count`, or as many as there are. Float64, on the CPU.
    """
    products = products.cpu().double()
    if directions is None:
        return _largest(products, count)
    root = _nystrom(products, directions.cpu().double())
    squares, axes = _largest(root.mT @ root, count)
    return squares, root @ axes / squares.sqrt()


def _nystrom(products: Tensor, directions: Tensor) -> Tensor:
    """A factor F (D, R) of the covariance that agrees with the products: F F^T of rank R <= K"""
    core = directions.mT @ products
    values, axes = torch.linalg.eigh((core + core.mT) / 2)
    known = values > LEAST_EIGENVALUE * values.max()
    factor: Tensor = products @ axes[:, known] / values[known].sqrt()
    return factor


def _largest(symmetric: Tensor, count: int) -> tuple[Tensor, Tensor]:
    values, axes = torch.linalg.eigh(symmetric)
    return values.flip(0)[:count].clamp_min(0), axes.flip(1)[:, :count]


FAMILY = Family(
    "Principal components",
    "The flat space next to all images, in closed form: each code counts standard deviations along "
    "a component, so the Gaussian fitted to the codes is the prior.",
    "Pearson 1901; Tipping & Bishop 1999",
    PCAConfig,
    PCA,
    epochs=1,
    unused=("body", "hidden", "rate", "precision", *WEIGHING),
    group="Autoencoders",
)
