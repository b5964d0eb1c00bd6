"""First-order expansion of the class scores about latent points: scores and their gradients."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ...scene.scene import Logits
from .attack_problem import finite_scores


class Linearisation(NamedTuple):
    """Scores and their gradients at N points."""

    scores: Tensor  # (N, K)
    gradients: Tensor  # (N, K, L)


def linearise(logits: Logits, z: Tensor) -> Generator[None, Any, Linearisation]:
    """Of every class at z (N, L): one backward pass each, with a pause between them."""
    x, scores = with_graph(logits, z)
    finite_scores(scores, x)
    yield None
    gradients = []
    for k in range(scores.shape[1]):
        gradients.append(_gradient(scores, k, x))
        yield None
    return Linearisation(scores.detach().to(z), torch.stack(gradients, 1))


def differentiable(logits: Logits, z: Tensor) -> bool:
    """Whether the scores at z (N, L) have a gradient that leads anywhere.

    Not so where they carry none, where computing one is an error, and where all of it is zero.
    """
    try:
        x, scores = with_graph(logits, z)
        if not scores.requires_grad:
            return False
        return any(bool(_gradient(scores, k, x).any()) for k in range(scores.shape[1]))
    except torch.OutOfMemoryError:
        raise
    except RuntimeError:  # what torch raises where a graph cannot be made or followed
        return False


@torch.enable_grad()
def with_graph(logits: Logits, z: Tensor) -> tuple[Tensor, Tensor]:
    """A leaf x equal to z (N, L), and its scores (N, K), which remember how they were computed."""
    x = z.detach().clone().requires_grad_()
    return x, logits(x)


@torch.enable_grad()
def _gradient(scores: Tensor, k: int, x: Tensor) -> Tensor:
    (gradient,) = torch.autograd.grad(scores[:, k].sum(), x, retain_graph=True)
    return gradient
