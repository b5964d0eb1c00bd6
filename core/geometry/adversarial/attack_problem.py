"""The problem that an adversarial attack in latent space solves: which points are adversarial."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import Tensor

from ...scene.scene import Logits
from ..evaluation import evaluate

# An attack's job: the points (N, L) it came to, and which of them (N,) are adversarial.
Attack: TypeAlias = Generator[None, Any, tuple[Tensor, Tensor]]


@dataclass(frozen=True, eq=False)
class AttackProblem:
    """Untargeted, near each z a point of another class; targeted, one of the class `target`."""

    logits: Logits
    z: Tensor  # (N, L)
    label: Tensor  # (N,) class at z
    target: int | None = None

    def at(self, rows: Tensor | slice) -> AttackProblem:
        """The same for some of the points."""
        return AttackProblem(self.logits, self.z[rows], self.label[rows], self.target)

    def margin(self, scores: Tensor) -> Tensor:
        """scores: (N, K) -> (N,) of the adversarial classes over the others; differentiable."""
        adversarial = self._adversarial_classes(scores)
        best = scores.masked_fill(~adversarial, -torch.inf).amax(1)
        return best - scores.masked_fill(adversarial, -torch.inf).amax(1)

    def signed_margin(self, scores: Tensor) -> Tensor:
        """The margin, but never zero: positive exactly at adversarial points, ties included.

        Of those that tie the lowest class is the first.
        """
        first = scores.argmax(1, keepdim=True)
        adversarial = self._adversarial_classes(scores).gather(1, first)[:, 0]
        size = self.margin(scores).abs().clamp_min(torch.finfo(scores.dtype).tiny)
        return torch.where(adversarial, size, -size)

    def evaluate(self, x: Tensor) -> Tensor:
        """x: (N, L), one for each z -> (N,) the signed margin there."""
        return self.signed_margin(class_scores(self.logits, x))

    def is_adversarial(self, x: Tensor) -> Tensor:
        """x: (N, L), one for each z -> (N,) bool"""
        return self.evaluate(x) > 0

    def _adversarial_classes(self, scores: Tensor) -> Tensor:
        """(N, K) bool"""
        classes = torch.arange(scores.shape[1], device=scores.device)
        if self.target is None:
            return classes != self.label[:, None]
        return (classes == self.target).expand(len(scores), -1)


@torch.no_grad()
def class_scores(logits: Logits, x: Tensor) -> Tensor:
    """x: (N, L) -> (N, K) in the precision of the model; Problem where one is no number."""
    return finite_scores(logits(x), x)


def finite_scores(scores: Tensor, x: Tensor) -> Tensor:
    """The scores (N, K) of x (N, L) themselves; Problem where one is no number."""
    if not scores.isfinite().all():
        evaluate(lambda _: scores.detach(), x)
    return scores


def resolution(x: Tensor) -> float:
    """How closely a segment is divided, as a part of it: what rounding does not blur."""
    return 1e-12 if x.dtype == torch.float64 else 1e-6
