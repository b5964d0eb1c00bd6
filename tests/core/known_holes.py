"""Latent spaces whose holes are known in closed form (theory: B2)."""

import math

import torch
from sklearn.metrics import roc_auc_score

from lacuna.core.scene.codes import Codes
from lacuna.core.scene.scene import Scene

INNER, OUTER = math.exp(-0.5), math.exp(-2.0)  # P(|z| > 1), P(|z| > 2) under N(0, I)


def codes_at(mean, deviation=1e-9, labels=None):
    logvar = torch.full_like(mean, 2 * math.log(deviation))
    return Codes(mean, logvar, labels, torch.arange(len(mean)), step=4)


def shrunken(latent, deviation, count=20):
    """S0: every posterior is N(0, s²)"""
    return codes_at(torch.zeros(count, latent), deviation)


def annulus(n, seed=0, deviation=1e-9):
    """S1: codes drawn from the prior where 1 < |z| < 2"""
    noise = torch.Generator().manual_seed(seed)
    level = OUTER + (INNER - OUTER) * torch.rand(n, generator=noise, dtype=torch.float64)
    angle = 2 * math.pi * torch.rand(n, generator=noise, dtype=torch.float64)
    rho = (-2 * level.log()).sqrt()
    return codes_at(
        torch.stack([rho * angle.cos(), rho * angle.sin()], 1).float(), deviation=deviation
    )


def in_annulus(z):
    rho = z.double().norm(dim=1)
    return (rho > 1) & (rho < 2)


def ring_of_clusters():
    """S2: a 3×3 grid of Gaussians without the middle one"""
    places = [(x, y) for x in (-1.4, 0.0, 1.4) for y in (-1.4, 0.0, 1.4) if x or y]
    return codes_at(torch.tensor(places).repeat(4, 1), 0.3)


def clamped():
    """S3: what is drawn is the nearest point of the annulus, and the encoder reads it off"""

    def decode(z):
        rho = z.norm(dim=1, keepdim=True).clamp_min(1e-9)
        return (z * (rho.clamp(1, 2) / rho))[:, None, None]

    def encode(images):
        mean = images.flatten(1)
        return mean, torch.full_like(mean, -40.0)

    return Scene("clamped", 4, decode, encode=encode)


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def prior_sample(n=20_000, latent=2, seed=9):
    return noise(n, latent, seed=seed)


def bent(latent=2, pixels=9, classes=3):
    """A smooth decoder with an encoder that nearly undoes it"""
    weight = noise(latent, pixels, seed=1) / math.sqrt(latent)
    undo, split = torch.linalg.pinv(weight), noise(pixels, classes, seed=2)

    def decode(z):
        return torch.tanh(0.5 * z @ weight)[:, None, None]

    def encode(images):
        mean = 2 * images.flatten(1) @ undo
        return mean, torch.full_like(mean, -2.0)

    def logits(z):
        return 3 * decode(z).flatten(1) @ split

    return Scene("bent", 7, decode, logits, encode, latent=latent)


def quality(fitted, z, truth):
    """Precision, recall and area under the curve of a detector of `truth` (N,)"""
    score = fitted.score(z).double()
    flagged = fitted.excess(score) > 0
    hits = (flagged & truth).sum()
    area = roc_auc_score(truth, score)
    return float(hits / flagged.sum()), float(hits / truth.sum()), float(area)
