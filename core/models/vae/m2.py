"""M2: a semi-supervised conditional VAE that infers the class of images without a label.

Kingma, Rezende, Mohamed & Welling 2014, "Semi-supervised learning with deep generative models",
arXiv:1406.5298 (theory: D14).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from ...config.fields import setting
from ...data.dataset import Batch
from ..family import Family
from ..labels import labelled
from ..latent_model import Shape, one_hot
from ..networks import encoder
from .base_vae import BaseVAEConfig
from .conditional_vae import CVAE

NEVER = -1e3  # nats: the logarithm of a probability that is 0 in float32
LEAST = 1e-6  # of a share that is divided by


@dataclass(frozen=True)
class M2Config(BaseVAEConfig):
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

    config: M2Config

    def __init__(self, config: M2Config, shape: Shape, classes: int) -> None:
        super().__init__(config, shape, classes)
        self.classifier = encoder(config, shape, classes)

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        """The bound of each image, averaged over the batch, in nats: see `bound_terms`.

        And "teaching", the mean cross-entropy of q(y|x) on the images with a label, with its
        weight.
        """
        images, share = batch.images, self.config.labelled_fraction
        truth = one_hot(batch.labels, self.classes, images)
        log_guess = self.classify(images).log_softmax(1)
        known = labelled(images, share)
        bound = bound_terms(*self._of_every_class(images, noise), log_guess, truth, known)
        cross = -(truth * log_guess).sum(1) * known / max(share, LEAST)
        terms = {name: term.mean() for name, term in bound.items()}
        return terms | {"teaching": self.config.classification_weight * cross.mean()}

    def _of_every_class(self, images: Tensor, noise: Generator) -> tuple[Tensor, Tensor]:
        """Reconstruction and KL of each image as if it were of each class, (N, K) each"""
        count, classes = len(images), self.classes
        features = self.encoder(images).repeat_interleave(classes, 0)
        condition = torch.eye(classes, device=images.device).repeat(count, 1)
        recon, kl = self._bound(images.repeat_interleave(classes, 0), features, condition, noise)
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
