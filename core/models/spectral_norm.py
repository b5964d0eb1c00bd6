"""Spectral normalisation: layers of Lipschitz constant 1, stable rank (theory: D17)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.grad import conv2d_input

Map = Callable[[Tensor], Tensor]  # linear

POWER_ITERATIONS = 15  # power iterations on the first weights; one more at every step of training


def power_iterated(forth: Map, back: Map, u: Tensor, iterations: int = 1) -> Tensor:
    """Nearer to the left singular vector of the greatest singular value; as u, of norm 1.

    forth: v -> A v; back: u -> A^T u, its adjoint.
    """
    for _ in range(iterations):
        u = _unit(forth(_unit(back(u))))
    return u


def stable_rank(matrix: Tensor) -> Tensor:
    """|W|_F^2 / sigma_1^2 of W (R, C): at least 1, at most the rank (Rudelson & Vershynin 2007)."""
    ratio: Tensor = (matrix.norm() / torch.linalg.matrix_norm(matrix, 2)) ** 2
    return ratio


def of_stable_rank(matrix: Tensor, u: Tensor, rank: float) -> Tensor:
    """The nearest to W (R, C) of a stable rank of `rank` at most, over its spectral norm.

    u: (R,) its first left singular vector. What is beside the greatest singular value shrinks;
    by how much is taken as given when differentiated. Sanyal, Torr & Dokania 2020,
    arXiv:1906.04659.
    """
    across = u @ matrix
    norm = across.norm()
    first = torch.outer(u, across)
    rest = matrix - first
    squares = rest.detach().square().sum().clamp_min(torch.finfo(rest.dtype).tiny)
    shrink = ((rank - 1) * norm.detach() ** 2 / squares).sqrt().clamp(max=1.0)
    normed: Tensor = (first + shrink * rest) / norm
    return normed


def unorthonormal(matrix: Tensor) -> Tensor:
    """|G - I|_F^2 of the smaller Gram matrix G of W (R, C): 0 where all singular values are 1.

    Brock et al. 2017, arXiv:1609.07093; of the greater Gram matrix it cannot be 0.
    """
    gram = matrix @ matrix.mT if len(matrix) <= matrix.shape[1] else matrix.mT @ matrix
    one = torch.eye(len(gram), dtype=gram.dtype, device=gram.device)
    penalty: Tensor = (gram - one).square().sum()
    return penalty


class _Normed(nn.Module):
    """A linear or convolutional layer whose weights pass through a normalisation.

    `u` follows the weights by one power iteration at every pass in training mode; there is no
    gradient through it.
    """

    u: Tensor

    def __init__(self, layer: nn.Linear | nn.Conv2d, u: Tensor) -> None:
        super().__init__()
        self.layer = layer
        self.register_buffer("u", _unit(u))
        self.follow(POWER_ITERATIONS)

    def maps(self) -> tuple[Map, Map]:
        """The linear map whose norm is meant, and its adjoint: here that of the matrix."""
        matrix = self.layer.weight.flatten(1)
        return lambda v: matrix @ v, lambda u: u @ matrix

    def weight(self) -> Tensor:
        """That of the layer over the norm of the map"""
        _, back = self.maps()
        weight: Tensor = self.layer.weight / back(self.u).norm()
        return weight

    @torch.no_grad()
    def follow(self, iterations: int = 1) -> None:
        # a new tensor, for the graph of the pass before still needs the old one
        self.u = power_iterated(*self.maps(), self.u, iterations)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.follow()
        if isinstance(self.layer, nn.Linear):
            return F.linear(x, self.weight(), self.layer.bias)
        return convolution(self.layer, x, self.weight(), self.layer.bias)


class SpectralNorm(_Normed):
    """Weights over the spectral norm of their matrix (Miyato et al. 2018, arXiv:1802.05957).

    Of a convolution that is the matrix (out, in * height * width). The convolution itself is up to
    sqrt(height * width) times as steep, so a layer of this kind may be steeper than 1.
    """

    def __init__(self, layer: nn.Linear | nn.Conv2d) -> None:
        super().__init__(layer, torch.randn(len(layer.weight)))


class ConvNorm(_Normed):
    """A convolution over its own operator norm on inputs of `shape` (C, H, W).

    By power iteration with the convolution itself, so with its padding, stride and sides (Gouk et
    al. 2021, arXiv:1804.04368).
    """

    def __init__(self, layer: nn.Conv2d, shape: tuple[int, int, int]) -> None:
        self.shape = shape
        with torch.no_grad():
            out = layer(layer.weight.new_zeros(1, *shape))
        super().__init__(layer, torch.randn(out.shape))

    def maps(self) -> tuple[Map, Map]:
        layer, side = self.layer, (1, *self.shape)
        assert isinstance(layer, nn.Conv2d)
        return (
            lambda v: convolution(layer, v, layer.weight),
            lambda u: conv2d_input(side, layer.weight, u, layer.stride, layer.padding),
        )


class StableRankNorm(_Normed):
    """Spectral norm 1, and a stable rank of the matrix of at most `share` of the greatest one."""

    def __init__(self, layer: nn.Linear | nn.Conv2d, share: float) -> None:
        self.rank = max(1.0, share * min(layer.weight.flatten(1).shape))
        super().__init__(layer, torch.randn(len(layer.weight)))

    def weight(self) -> Tensor:
        matrix = self.layer.weight.flatten(1)
        weight: Tensor = of_stable_rank(matrix, self.u, self.rank).view_as(self.layer.weight)
        return weight


def convolution(layer: nn.Conv2d, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """What the layer makes of x (N, C, H, W), of other weights."""
    return F.conv2d(x, weight, bias, layer.stride, layer.padding)


def matrices(module: nn.Module) -> list[Tensor]:
    """The weights of its linear and convolutional layers, (out, in * ...) each."""
    layers = (part for part in module.modules() if isinstance(part, nn.Linear | nn.Conv2d))
    return [layer.weight.flatten(1) for layer in layers]


def _unit(x: Tensor) -> Tensor:
    unit: Tensor = x / x.norm().clamp_min(torch.finfo(x.dtype).tiny)
    return unit
