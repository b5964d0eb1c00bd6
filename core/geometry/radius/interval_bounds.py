"""Interval bound propagation: radii in which there is provably one class (theory: A7).

Gowal et al. 2018, "On the effectiveness of interval bound propagation", arXiv:1810.12715.

Proofs hold for exact arithmetic; the rounding of the scores is not part of them. The margin over
its gradient is an estimate, no bound, and is not here.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Generator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from ...engine.errors import Problem
from ..lipschitz.layers import apply_layers
from ..lipschitz.lipschitz import batch_norm_scale

WIDEST, NARROWEST = 64.0, 1e-6  # radii, in units of z, between which a provable one is looked for
HALVINGS = 24  # of the logarithm of that range: a radius is short of what is provable by 1e-6 of it
DIP = -1.2784646, -0.2784646  # where x sigmoid(x) is least, and a little less than it is there

# Layers that never fall where their input rises: bounds go through them.
RISING = (
    nn.ReLU,
    nn.LeakyReLU,
    nn.Tanh,
    nn.Softplus,
    nn.Sigmoid,
    nn.MaxPool2d,
    nn.Flatten,
    nn.Unflatten,
    nn.Identity,
    nn.Dropout,
)


def interval_radii(layers: Sequence[nn.Module], z: Tensor) -> Generator[None, Any, Tensor]:
    """Radii (N,) float64 about z (N, L) in which intervals prove that there is one class.

    `layers` in a row map z to the logits (see `core.geometry.lipschitz.layers`). Each layer's
    outputs are bounded from the bounds of its inputs (Gowal et al. 2018, arXiv:1810.12715); the
    ball itself is bounded by the first layer, the differences of the logits by the last
    one. Raises Problem at a layer that bounds do not pass.
    """
    exact = [copy.deepcopy(layer).cpu().double().eval().requires_grad_(False) for layer in layers]
    z = z.cpu().double()
    label = apply_layers(exact, z).argmax(1)
    low, high = z.new_full((len(z),), math.log(NARROWEST)), z.new_full((len(z),), math.log(WIDEST))
    proven = torch.zeros_like(low)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        sure = _least_lead(exact, z, label, middle.exp()) > 0
        proven = torch.where(sure, middle.exp(), proven)
        low, high = torch.where(sure, middle, low), torch.where(sure, high, middle)
        yield None
    return proven


class _Box(NamedTuple):
    """Bounds of every number of a batch."""

    low: Tensor
    high: Tensor


def _least_lead(layers: Sequence[nn.Module], z: Tensor, label: Tensor, radius: Tensor) -> Tensor:
    """What the scores of the label (N,) lead all others by at least, in the balls about z; (N,)"""
    head = layers[-1]
    if not isinstance(head, nn.Linear):
        box = _through(layers, z, radius)
        lead = box.low.gather(1, label[:, None]) - box.high
    else:
        weight = head.weight[label][:, None] - head.weight  # (N, K, H)
        offset = 0.0 if head.bias is None else head.bias[label][:, None] - head.bias
        if len(layers) == 1:
            middle, spread = z, radius[:, None] * weight.norm(dim=2)
        else:
            low, high = _through(layers[:-1], z, radius)
            middle = (low + high) / 2
            spread = (weight.abs() @ ((high - low) / 2)[:, :, None])[:, :, 0]
        lead = (weight @ middle[:, :, None])[:, :, 0] + offset - spread
    return lead.scatter(1, label[:, None], torch.inf).amin(1)


def _through(layers: Sequence[nn.Module], z: Tensor, radius: Tensor) -> _Box:
    """The l2 balls about z (N, L) through the layers; through a first linear one exactly"""
    first = layers[0]
    if isinstance(first, nn.Linear):
        middle, spread = first(z), radius[:, None] * first.weight.norm(dim=1)
        layers = layers[1:]
    else:
        middle, spread = z, radius[:, None]
    box = _Box(middle - spread, middle + spread)
    for layer in layers:
        box = _passed(layer, box)
    return box


def _passed(layer: nn.Module, box: _Box) -> _Box:
    """The bounds of a layer's outputs from those of its inputs"""
    if isinstance(layer, RISING) and not (
        isinstance(layer, nn.LeakyReLU) and layer.negative_slope < 0
    ):
        return _Box(layer(box.low), layer(box.high))
    if isinstance(layer, nn.SiLU):
        ends, (place, least) = (layer(box.low), layer(box.high)), DIP
        inside = (box.low < place) & (box.high > place)
        return _Box(torch.where(inside, least, torch.minimum(*ends)), torch.maximum(*ends))
    middle, half = layer((box.low + box.high) / 2), (box.high - box.low) / 2
    spread = _spread(layer, half)
    return _Box(middle - spread, middle + spread)


def _spread(layer: nn.Module, half: Tensor) -> Tensor:
    """What an affine layer makes of half-widths: the absolute values of its weights times them"""
    if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        weights = {"weight": layer.weight.abs()}
        if layer.bias is not None:
            weights["bias"] = torch.zeros_like(layer.bias)
        spread: Tensor = functional_call(layer, weights, (half,))
    elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
        factor = batch_norm_scale(layer).abs()
        spread = half * factor.reshape(-1, *[1] * (half.dim() - 2))
    elif isinstance(layer, nn.AvgPool2d):
        spread = layer(half)
    else:
        raise Problem(f"Nothing can be proven about a layer of the kind {type(layer).__name__}.")
    return spread
