"""What adversaries make small, as functions of the critic's logits (THEORY.md, D15, D16, D19).

A logit a is the critic's log odds that an image is real, D = sigmoid(a); of a Wasserstein critic it
is a height without a scale.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

Of = Callable[[Tensor], Tensor]  # logits (N,) -> (N,)

TINY = 1e-12  # under the root of a squared gradient: its slope at 0 is finite


class Loss(NamedTuple):
    """The critic's loss on a real and on a drawn image, and the generator's on what it drew."""

    real: Of
    fake: Of
    drawn: Of


LOSSES = {
    # Goodfellow et al. 2014, arXiv:1406.2661
    "non-saturating": Loss(lambda a: F.softplus(-a), F.softplus, lambda a: F.softplus(-a)),
    "saturating": Loss(lambda a: F.softplus(-a), F.softplus, lambda a: -F.softplus(a)),
    # Lim & Ye 2017, arXiv:1705.02894
    "hinge": Loss(lambda a: F.relu(1 - a), lambda a: F.relu(1 + a), torch.neg),
    # Mao et al. 2017, arXiv:1611.04076
    "least squares": Loss(
        lambda a: 0.5 * (a - 1) ** 2, lambda a: 0.5 * a**2, lambda a: 0.5 * (a - 1) ** 2
    ),
    # Arjovsky, Chintala & Bottou 2017, arXiv:1701.07875
    "wasserstein": Loss(torch.neg, lambda a: a, torch.neg),
}


def gradient_penalty(critic: Of, real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """(|grad critic| - 1)^2 between each real image and a drawn one, (N,).

    real, fake: (N, ...); share: (N,) in [0, 1], one of each pair: how much of it is real. After
    Gulrajani et al. 2017, arXiv:1704.00028.
    """
    share = share.reshape(-1, *[1] * (real.dim() - 1))
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    norm = (slope.flatten(1).square().sum(1) + TINY).sqrt()
    return (norm - 1) ** 2


def projected(said: Tensor, labels: Tensor) -> Tensor:
    """Logit (N,) that image and class belong together: psi(x) + <V_y, x> of (N, 1 + K) numbers.

    The first is psi(x), the others are the products with each class. Miyato & Koyama 2018,
    arXiv:1802.05637.
    """
    return said[:, 0] + said[:, 1:].gather(1, labels[:, None])[:, 0]


# ---- K classes and one that is drawn (Salimans et al. 2016, arXiv:1606.03498) ----


def realness(logits: Tensor) -> Tensor:
    """Logit (N,) of being real, of class logits (N, K) beside a drawn class whose logit is 0."""
    return logits.logsumexp(1)


def known_classes(logits: Tensor, labels: Tensor, known: Tensor) -> Tensor:
    """Cross entropy of class logits (N, K) in nats, mean over those whose label is known (N,)."""
    each = F.cross_entropy(logits, labels, reduction="none")
    return (each * known).sum() / known.sum().clamp_min(1)


def feature_matching(real: Tensor, fake: Tensor) -> Tensor:
    """Mean squared difference of the mean features of two batches, (N, F) and (M, F)."""
    return (real.mean(0) - fake.mean(0)).square().mean()


# ---- several generators (Ghosh et al. 2018, arXiv:1704.02906) ----


def not_drawn(logits: Tensor) -> Tensor:
    """Logit (N,) of being real, of logits (N, k + 1): one for each generator, the last for data."""
    return logits[:, -1] - logits[:, :-1].logsumexp(1)


def told_apart(real: Tensor, fake: Tensor, generator: Tensor) -> Tensor:
    """The critic's loss: data by itself and each generator by itself, each with weight 1.

    real: (N, k + 1) logits of data; fake: (M, k + 1) of images that `generator` (M,) drew. The
    generators are taken to have drawn as many images each, on average.
    """
    k = fake.shape[1] - 1
    data = F.cross_entropy(real, real.new_full((len(real),), k, dtype=torch.long))
    return data + k * F.cross_entropy(fake, generator)


# ---- the way back from an image (Donahue, Krähenbühl & Darrell 2017, arXiv:1605.09782) ----


def surprise(z: Tensor, mean: Tensor, logvar: Tensor) -> Tensor:
    """-log N(z; mean, exp logvar) in nats, (N,), of z (N, L) that an image was drawn from."""
    squares = (z - mean) ** 2 * (-logvar).exp()
    return 0.5 * (squares + logvar + math.log(2 * math.pi)).sum(1)
