"""Which training images keep their label, in models that learn from few of them."""

from __future__ import annotations

import torch
from torch import Tensor

PRIME = 2**31 - 1
FACTOR = 48271  # its powers run through everything below the prime (Park, Miller & Stockmeyer 1993)


def labelled(images: Tensor, share: float) -> Tensor:
    """Whether each of images (N, C, H, W) in [0, 1] is among the `share` with a label, (N,) bool.

    By a checksum of its pixels at 8 bits: equal images are in or out together.
    """
    levels = (images.flatten(1) * 255).round().long()
    sums = (levels * _factors(levels.shape[1], images.device)).sum(1) % PRIME
    return sums * FACTOR % PRIME < share * PRIME


def _factors(count: int, device: torch.device) -> Tensor:
    """(count,) numbers below the prime, none of which says anything of the next"""
    place = torch.arange(1, count + 1, device=device)
    mixed = place * FACTOR % PRIME
    for _ in range(3):
        mixed = (mixed ^ (mixed >> 15)) * FACTOR % PRIME
    return mixed
