"""Scenes of the plane whose classes are known in closed form, for paths through them."""

import torch

from lacuna.core.scene.scene import Scene


def scene(logits=None, latent=2, decode=lambda z: z[:, :, None, None], **other):
    """Its images are z itself, as 1 x 1 pixels, unless it has a decoder"""
    return Scene("analytic", 8, decode, logits, latent=latent, **other)


def affine(weight, bias):
    """Two classes: 1 where w z + b > 0"""
    return lambda z: torch.stack([-(z @ weight + bias), z @ weight + bias], 1)


def voronoi(centres, sharpness=1.0):
    return lambda z: -sharpness * torch.cdist(z, centres) ** 2


def rings(z):
    """Class k where k <= |z| < k + 1"""
    return -((z.norm(dim=1, keepdim=True) - torch.arange(6) - 0.5) ** 2)


def random(*shape, seed):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
