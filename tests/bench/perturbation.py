"""The smallest perturbation by search against its closed form, in the same process."""

import time

import torch

from lacuna.core.geometry.adversarial.perturbation import Perturbations, perturbations

POINTS, LATENT, CLASSES = 256, 16, 10


def against_voronoi_cells():
    """minimal perturbation"""
    random = torch.Generator().manual_seed(0)
    centres = torch.randn(CLASSES, LATENT, generator=random)
    z = torch.randn(POINTS, LATENT, generator=random)
    began = time.perf_counter()
    answer = perturbations(lambda z: -((z[:, None] - centres) ** 2).sum(2), z)
    result = [value for value in answer if isinstance(value, Perturbations)][-1]
    seconds = time.perf_counter() - began
    error = (result.distance / _exact(centres.double(), z.double()) - 1).max()
    answer = f"{error:.1e} longer than exact, {seconds:.2f} s"
    return f"minimal perturbation, {POINTS} points, L = {LATENT}", answer, "<= 1 %"


def _exact(centres, z):
    """min over j of (|z - c_j|^2 - |z - c_i|^2) / (2 |c_i - c_j|)"""
    squares = torch.cdist(z, centres) ** 2
    own = squares.argmin(1)
    apart = 2 * torch.cdist(centres, centres)[own]
    away = (squares - squares.amin(1, keepdim=True)) / apart
    return away.nan_to_num(nan=torch.inf).amin(1).numpy()


ROWS = (against_voronoi_cells,)
