"""Lipschitz constants of networks in the l2 norm, from below and from above.

theory: E14. The true constant lies between the steepest slope that was met and the product of
the layers' constants, which is often tens of times greater.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from scipy.sparse.linalg import LinearOperator, eigsh
from torch import Tensor, nn
from torch.func import jvp, vjp

from ...engine.errors import Problem
from ...engine.jobs import Job, Progress
from ...figures.array import Array
from ..evaluation import CHUNK
from ..metric.forward_mode import load_forward_mode

Function = Callable[[Tensor], Tensor]  # (N, ...) -> (N, ...)

FEW = 32  # dimensions up to which the whole Jacobian is made
ITERATIONS = 100  # of a power iteration, which converges from below
SAFETY = 1.0001  # a norm from below is multiplied by it where it is part of a bound

# The steepest slope of x sigmoid(x) is at the root of x tanh(x / 2) = 2, x = 2.39936.
STEEPEST: dict[type[nn.Module], float] = {
    nn.ReLU: 1.0,
    nn.Tanh: 1.0,
    nn.Softplus: 1.0,
    nn.Sigmoid: 0.25,
    nn.SiLU: 1.0998394,
    nn.Flatten: 1.0,
    nn.Unflatten: 1.0,
    nn.Identity: 1.0,
    nn.Dropout: 1.0,
}


@dataclass(frozen=True, eq=False)
class LipschitzEstimate:
    """How steep a function is at N points, and everywhere."""

    local: Array  # (N,) float64, greatest singular value of the Jacobian at each point
    lower: float  # the steepest slope met, between two points or at one: at most the constant
    upper: float | None  # at least the constant; None where nothing can be proven
    because: str  # why nothing can be; empty otherwise


def lipschitz_constant(
    function: Function, z: Tensor, layers: Sequence[nn.Module] | None = None
) -> Job[LipschitzEstimate | Progress]:
    """The slopes of `function` at z (N, L), and bounds of its Lipschitz constant.

    `layers`: what the function is made of, in a row (see `core.geometry.lipschitz.layers`).
    """
    yield from load_forward_mode()
    upper, because = None, "No layers of the function are known."
    if layers is not None:
        try:
            upper, because = lipschitz_upper_bound(layers, tuple(z.shape[1:])), ""
        except Problem as problem:
            because = str(problem)
    yield None
    local: list[float] = []
    lower = 0.0
    for part in z.split(CHUNK):
        local += (yield from local_lipschitz(function, part)).tolist()
        lower = max(lower, *local, _between(function, part))
        yield LipschitzEstimate(_array(local), lower, upper, because)
        yield Progress(len(local) / len(z), "measuring how steep the model is")


def local_lipschitz(function: Function, z: Tensor) -> Generator[None, Any, Tensor]:
    """sigma_max of the Jacobian at z (N, L), (N,) float64, by forward-mode differentiation.

    The whole Jacobian where L is small; else a power iteration, which comes close from below.
    """
    if z.shape[1] > FEW:
        return (yield from _iterated(function, z))
    columns = []
    for direction in torch.eye(z.shape[1], dtype=z.dtype, device=z.device):
        columns.append(_along(function, z, direction.expand_as(z)).flatten(1).double())
        yield None
    jacobian = torch.stack(columns, 1)  # (N, L, D)
    greatest: Tensor = torch.linalg.matrix_norm(jacobian @ jacobian.mT, 2).sqrt()
    return greatest


def lipschitz_upper_bound(layers: Sequence[nn.Module], shape: tuple[int, ...]) -> float:
    """The product of the layers' Lipschitz constants, for inputs of `shape` (without the batch).

    An upper bound of the whole one's. Raises Problem at a layer whose constant is not known.
    """
    x, product = torch.zeros(1, *shape, dtype=torch.float64), 1.0
    for layer in layers:
        exact = copy.deepcopy(layer).cpu().double().eval()
        product *= layer_lipschitz(exact, tuple(x.shape[1:]))
        with torch.no_grad():
            x = exact(x)
    return product


def layer_lipschitz(layer: nn.Module, shape: tuple[int, ...]) -> float:
    """The Lipschitz constant of one layer (in eval mode), or a little more where it is iterated."""
    if isinstance(layer, nn.Linear):
        return float(torch.linalg.matrix_norm(layer.weight.detach(), 2))
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.AvgPool2d):
        return SAFETY * operator_norm(layer, shape)
    if isinstance(layer, nn.MaxPool2d):
        return float(_windows(layer.kernel_size, layer.stride))
    if isinstance(layer, nn.LeakyReLU):
        return max(1.0, abs(layer.negative_slope))
    if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        return float(batch_norm_scale(layer).abs().max())
    if type(layer) in STEEPEST:
        return STEEPEST[type(layer)]
    raise Problem(f"Nothing can be proven about a layer of the kind {type(layer).__name__}.")


def operator_norm(layer: nn.Module, shape: tuple[int, ...]) -> float:
    """The l2 operator norm of an affine layer on inputs of `shape`, by Lanczos, from below.

    On the layer itself, so with its own padding, stride and sides: neither the norm of the reshaped
    weights (Miyato et al. 2018, arXiv:1802.05957) nor that of circular padding (Sedghi, Gupta &
    Long 2019, arXiv:1805.10408) is this one.
    """
    exact = copy.deepcopy(layer).cpu().double().eval()
    start = torch.randn(1, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    offset: Tensor = exact(torch.zeros_like(start)).detach()
    back = _adjoint(exact, start)

    def gram(x: Array) -> Array:
        forward = exact(torch.from_numpy(x).reshape(start.shape)).detach() - offset
        squared: Array = back(forward).reshape(-1).numpy()
        return squared

    flat = start.reshape(-1).numpy()
    first = gram(flat)
    if len(flat) == 1 or not first.any():
        return math.sqrt(abs(first[0] / flat[0]))
    operator = LinearOperator((len(flat), len(flat)), matvec=gram, dtype=flat.dtype)
    (greatest,) = eigsh(operator, k=1, v0=flat, return_eigenvectors=False)
    return math.sqrt(greatest)


def batch_norm_scale(layer: nn.BatchNorm1d | nn.BatchNorm2d) -> Tensor:
    """What a batch norm in eval mode multiplies each channel by, (C,)"""
    if layer.running_var is None:
        raise Problem("Nothing can be proven about a batch norm that keeps no running variance.")
    factor = (layer.running_var + layer.eps).rsqrt()
    return factor if layer.weight is None else factor * layer.weight.detach()


def _windows(kernel: int | tuple[int, ...], stride: int | tuple[int, ...]) -> float:
    """The root of how many windows of a pooling layer see one pixel"""
    sizes = (kernel, kernel) if isinstance(kernel, int) else kernel
    steps = (stride, stride) if isinstance(stride, int) else stride
    return math.sqrt(math.prod(math.ceil(k / s) for k, s in zip(sizes, steps, strict=True)))


def _along(function: Function, z: Tensor, direction: Tensor) -> Tensor:
    column: Tensor = jvp(function, (z,), (direction,))[1].detach()
    return column


def _adjoint(function: Function, z: Tensor) -> Function:
    """The transpose of the Jacobian at z, as a function of cotangents"""
    back: Callable[[Tensor], tuple[Tensor]] = vjp(function, z)[1]
    return lambda cotangent: back(cotangent)[0].detach()


def _iterated(function: Function, z: Tensor) -> Generator[None, Any, Tensor]:
    random = torch.Generator().manual_seed(0)
    v = torch.randn(z.shape, generator=random, dtype=z.dtype).to(z.device)
    back, norm = _adjoint(function, z), v.new_zeros(len(v)).double()
    for _ in range(ITERATIONS):
        v = v / v.norm(dim=1, keepdim=True).clamp_min(1e-30)
        along = _along(function, z, v)
        norm = norm.maximum(along.flatten(1).double().norm(dim=1))
        v = back(along)
        yield None
    return norm


@torch.no_grad()
def _between(function: Function, z: Tensor) -> float:
    """The steepest slope between neighbours in the order of z (N, L)"""
    if len(z) < 2:
        return 0.0
    change = function(z).flatten(1).double().diff(dim=0).norm(dim=1)
    away = z.double().diff(dim=0).norm(dim=1)
    return float((change / away).nan_to_num(nan=0.0).max())


def _array(values: list[float]) -> Array:
    array: Array = torch.tensor(values, dtype=torch.float64).numpy()
    return array
