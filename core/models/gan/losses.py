"""Losses of critics and generators, as functions of the critic's logits (theory: D15, D16, D19).

A logit a is the critic's log odds that an image is real, D = sigmoid(a); of a Wasserstein critic it
is a height without a scale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

Logits = Callable[[Tensor], Tensor]  # images (N, ...) as the critic sees them -> logits (N,)
Of = Callable[[Tensor], Tensor]  # logits (N,) -> (N,)


class Loss(NamedTuple):
    """The critic's loss on a real and on a generated image, and the generator's on its own."""

    critic_real: Of
    critic_fake: Of
    generator: Of


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


def projection_logit(numbers: Tensor, labels: Tensor) -> Tensor:
    """Logit (N,) that image and class belong together: psi(x) + <V_y, x> of (N, 1 + K) numbers.

    The first is psi(x), the others are the products with each class. Miyato & Koyama 2018,
    arXiv:1802.05637.
    """
    return numbers[:, 0] + numbers[:, 1:].gather(1, labels[:, None])[:, 0]


# ---- K classes and one of what is generated (Salimans et al. 2016, arXiv:1606.03498) ----


def class_realness(logits: Tensor) -> Tensor:
    """Logit (N,) of being real, of class logits (N, K); that of the generated class is 0."""
    return logits.logsumexp(1)


def known_classes(logits: Tensor, labels: Tensor, known: Tensor) -> Tensor:
    """Cross entropy of class logits (N, K) in nats, mean over those whose label is known (N,)."""
    each = F.cross_entropy(logits, labels, reduction="none")
    return (each * known).sum() / known.sum().clamp_min(1)


def feature_matching(real: Tensor, fake: Tensor) -> Tensor:
    """Mean squared difference of the mean features of two batches, (N, F) and (M, F)."""
    return (real.mean(0) - fake.mean(0)).square().mean()


# ---- several generators (Ghosh et al. 2018, arXiv:1704.02906) ----


def data_logit(logits: Tensor) -> Tensor:
    """Logit (N,) of being real, of logits (N, k + 1): one for each generator, the last for data."""
    return logits[:, -1] - logits[:, :-1].logsumexp(1)


def generator_cross_entropy(real: Tensor, fake: Tensor, generator: Tensor) -> Tensor:
    """The critic's loss: data by itself and each generator by itself, each with weight 1.

    real: (N, k + 1) logits of data; fake: (M, k + 1) of images of `generator` (M,). Each
    generator is taken to have made as many of them, on average.
    """
    k = fake.shape[1] - 1
    data = F.cross_entropy(real, real.new_full((len(real),), k, dtype=torch.long))
    return data + k * F.cross_entropy(fake, generator)
