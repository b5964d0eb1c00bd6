"""M2: a conditional VAE that guesses the class of the images whose label it may not see.

Kingma, Rezende, Mohamed & Welling 2014, "Semi-supervised learning with deep generative models",
arXiv:1406.5298 (THEORY.md, D14).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import Family, Shape
from ..networks import encoder
from .conditional import CVAE
from .variational import EvidenceConfig

PRIME = 2**31 - 1
NEVER = -1e3  # nats: the logarithm of a probability that is 0 in float32
LEAST = 1e-6  # of a share that is divided by
FACTOR = 48271  # its powers run through everything below the prime (Park, Miller & Stockmeyer 1993)


@dataclass(frozen=True)
class M2Config(EvidenceConfig):
    labelled_fraction: float = setting(
        0.1,
        "share of the training images whose class the model is told",
        label="Labelled share",
        low=0.0,
        high=1.0,
    )
    classification_weight: float = setting(
        0.1,
        "how much the guesses are taught by the images with a label, beside what they learn "
        "from explaining all others",
        label="Weight of labels",
        low=0,
        high=1000,
        live=True,
    )


class M2(CVAE):
    """A conditional VAE with q(y|x), the `classifier`, and all classes equally likely beforehand.

    Which images have a label is a function of their pixels alone, so it is the same ones at every
    step, in every order, on every device.
    """

    def __init__(self, config: M2Config, shape: Shape, classes: int) -> None:
        super().__init__(config, shape, classes)
        self.classifier = encoder(config, shape, classes)

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """The bound of each image, averaged over the batch, in nats: see `bound_terms`.

        And "teaching", the mean cross-entropy of q(y|x) on the images with a label, with its
        weight.
        """
        assert batch.labels is not None, "M2 is trained on labels"
        images, share = batch.images, self.config.labelled_fraction
        truth, log_guess = self._told(batch.labels, images), self.classify(images).log_softmax(1)
        known = labelled(images, share)
        said = bound_terms(*self._of_every_class(images, noise), log_guess, truth, known)
        cross = -(truth * log_guess).sum(1) * known / max(share, LEAST)
        terms = {name: term.mean() for name, term in said.items()}
        return terms | {"teaching": self.config.classification_weight * cross.mean()}

    def _of_every_class(self, images: Tensor, noise: Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image as if it were of each class, (N, K) each"""
        count, classes = len(images), self.conditions
        seen = self.encoder(images).repeat_interleave(classes, 0)
        told = torch.eye(classes, device=images.device).repeat(count, 1)
        recon, kl = self._bound(images.repeat_interleave(classes, 0), seen, told, noise)
        return recon.view(count, classes), kl.view(count, classes)

    def classify(self, images: Tensor) -> Tensor:
        """Logits of q(y|x), (N, K)."""
        logits: Tensor = self.classifier(images)
        return logits


def bound_terms(
    recon: Tensor, kl: Tensor, log_guess: Tensor, truth: Tensor, known: Tensor
) -> dict[str, Tensor]:
    """Three terms of each image, (N,) nats: their sum is -J(x, y) where `known`, else -U(x).

    recon, kl: (N, K) as if it were of each class, with -recon - kl <= log p(x | y); log_guess:
    (N, K) log q(y|x); truth: (N, K) one-hot; known: (N,) bool. All classes are equally likely, so
    J(x, y) = -recon - kl - log K <= log p(x, y), and U(x) = sum_y q(y|x) J(x, y) + H[q(y|x)] <=
    log p(x). "guess" is what the class costs: KL(q(y|x)‖p(y)), or log K where it is known.
    """
    guess, price = log_guess.exp(), math.log(log_guess.shape[1])
    weight = torch.where(known[:, None], truth, guess)
    finite = log_guess.clamp_min(NEVER)  # entr's slope is infinite where a guess is 0
    spared = -(guess * finite).sum(1) * ~known
    return {
        "recon": (weight * recon).sum(1),
        "kl": (weight * kl).sum(1),
        "guess": price - spared,
    }


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


FAMILY = Family(
    "Semi-supervised VAE (M2)",
    "Is told the class of a few images only, guesses that of all others, and draws the class that "
    "is asked for.",
    "Kingma et al. 2014, arXiv:1406.5298",
    M2Config,
    M2,
    group="Variational autoencoders",
    labelled=True,
)
