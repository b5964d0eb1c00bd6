"""Pull-back metric of a decoder: how it stretches the latent space.

A curve in latent space is as long as the film of its images. With J the decoder's Jacobian that is
the metric G = J^T J (Arvanitidis, Hansen & Hauberg 2018, "Latent space oddity", arXiv:1710.11379;
theory: C3). Everything here is in pixel units per unit of z.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.func import jvp, vmap

from ...engine.errors import Problem
from ...scene.codes import Density
from ...scene.scene import Decode, Logits

CHUNK = 16  # points in one forward-mode pass
NO_SLOPE = (
    "The images do not change smoothly with the latent point, as far as torch can tell: "
    "stretch and geodesics need a decoder that torch can differentiate."
)


class Indicatrices(NamedTuple):
    """Tissot's ellipses: the steps that all change the image by 1 (in pixel)."""

    radii: Tensor  # (N, 2) major and minor, in units of the plane; infinite where nothing changes
    directions: Tensor  # (N, 2, 2) unit rows, of the major axis first


def jacobian(decode: Decode, z: Tensor) -> Tensor:
    """d decode / d z, by forward-mode differentiation: z (N, L) -> (N, D, L)

    Exact, and one pass per latent dimension whatever the size of the image. Problem as in
    `pushforward`.
    """
    return torch.cat([_columns(decode, part) for part in z.split(CHUNK)])


def pushforward(decode: Decode, z: Tensor, way: Tensor) -> Tensor:
    """What steps `way` (N, L) change in the images at z (N, L), to first order: (N, D)

    A Problem where the decoder is no differentiable torch function.
    """
    try:
        change: Tensor = jvp(decode, (z,), (way,), strict=True)[1]
    except torch.OutOfMemoryError:
        raise
    except RuntimeError as error:  # what torch raises where it has no forward derivative
        raise Problem(NO_SLOPE) from error
    return change.flatten(1)


def pullback(decode: Decode, z: Tensor) -> Tensor:
    """The metric G = J^T J: z (N, L) -> (N, L, L), symmetric, no eigenvalue below 0"""
    columns = jacobian(decode, z)
    return columns.mT @ columns


def magnification(decode: Decode, z: Tensor) -> Tensor:
    """How much the decoder stretches volume, sqrt(det J^T J): z (N, L) -> (N,)

    Bishop, Svensen & Williams 1997, "Magnification factors for the GTM algorithm". The product of
    J's singular values: their squares would lose half of the digits.
    """
    columns = jacobian(decode, z)
    if columns.shape[1] < columns.shape[2]:
        return columns.new_zeros(len(z))
    volume: Tensor = torch.linalg.svdvals(columns).prod(-1)
    return volume


def tissot_ellipses(metric: Tensor) -> Indicatrices:
    """{v : v^T G v = 1} of metrics (N, 2, 2) on a plane: radii 1 / sqrt(eigenvalue)

    Tissot 1881. Of a metric G on the whole space a plane with axes A (2, L) sees A G A^T.
    """
    values, vectors = torch.linalg.eigh(metric)  # ascending: the major axis first
    return Indicatrices(values.clamp_min(0).rsqrt(), vectors.mT)


def conformal_factor(
    score: Density, threshold: float, width: float, strength: float = 30.0
) -> Density:
    """The factor 1 + strength sigmoid((score - threshold) / width) that makes holes long.

    z: (N, L) -> (N,) in [1, 1 + strength]. It multiplies lengths; the metric is multiplied by its
    square (theory: C4).
    """

    def factor(z: Tensor) -> Tensor:
        return 1 + strength * ((score(z) - threshold) / width).sigmoid()

    return factor


@torch.enable_grad()
def margin_field(logits: Logits, xy: Tensor) -> Tensor:
    """Which way the second class gains on the first, and how fast: (N, L) -> (N, L) logits per unit

    The gradient of s_second - s_first, along which an adversary leaves the class soonest. Zero
    where there is a lone class.
    """
    here = xy.detach().requires_grad_()
    scores = logits(here)
    if scores.shape[1] == 1 or not scores.requires_grad:
        return torch.zeros_like(xy)
    best = scores.topk(2, dim=1).values
    (slope,) = torch.autograd.grad((best[:, 1] - best[:, 0]).sum(), here)
    return slope


def _columns(decode: Decode, z: Tensor) -> Tensor:
    def along(direction: Tensor) -> Tensor:
        return pushforward(decode, z, direction.expand_as(z))

    columns: Tensor = vmap(along)(torch.eye(z.shape[1]).to(z))  # (L, N, D)
    return columns.permute(1, 2, 0)
