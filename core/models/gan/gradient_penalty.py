"""Gradient penalty of a critic (WGAN-GP; Gulrajani et al. 2017, arXiv:1704.00028)."""

from __future__ import annotations

import torch
from torch import Tensor

from .losses import Logits

TINY = 1e-12  # under the root of a squared gradient: its slope at 0 is finite


def gradient_penalty(critic: Logits, real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """(|grad critic| - 1)^2 between each real and a generated image, (N,).

    real, fake: (N, ...); share: (N,) in [0, 1], one of each pair: how much of it is real. After
    Gulrajani et al. 2017, arXiv:1704.00028.
    """
    share = share.reshape(-1, *[1] * (real.dim() - 1))
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    norm = (slope.flatten(1).square().sum(1) + TINY).sqrt()
    return (norm - 1) ** 2
