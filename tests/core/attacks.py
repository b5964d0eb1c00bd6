"""Class scores with known borders, and the attack that is tested on them."""

import math

import torch
from torch import nn

from lacuna.core.geometry.adversarial.perturbation import PerturbationConfig, perturbations
from tests.jobs import last

EAGER = PerturbationConfig(chunk=64)


def attack(logits, z, pool=None, target=None, config=EAGER):
    return last(perturbations(logits, z, pool, target, config))


def affine(weight, bias):
    return lambda z: z @ weight.mT + bias


def exact_affine(weight, bias, z):
    """min over j of (s_y - s_j) / |w_y - w_j|"""
    scores = affine(weight, bias)(z)
    label = scores.argmax(1)
    away = (scores.amax(1, keepdim=True) - scores) / torch.cdist(weight, weight)[label]
    return away.nan_to_num(nan=math.inf).amin(1).numpy()


def cells(centres):
    """The nearest of the centres (K, L)"""
    return lambda z: -((z[:, None] - centres) ** 2).sum(2)


def exact_cells(centres, z):
    # |z - c|^2 loses its z^2 in the differences: what is left is affine
    return exact_affine(2 * centres, -(centres**2).sum(1), z)


def network(latent=2, classes=4, seed=0):
    torch.manual_seed(seed)
    layers = nn.Linear(latent, 24), nn.Tanh(), nn.Linear(24, 24), nn.Tanh(), nn.Linear(24, classes)
    net = nn.Sequential(*layers).double()
    with torch.no_grad():
        for layer in net[::2]:
            layer.weight *= 2.5
    return net.requires_grad_(False)


def ball(z):
    inside = 1 - (z**2).sum(1)
    return torch.stack([inside, -inside], 1)
