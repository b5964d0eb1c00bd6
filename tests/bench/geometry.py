"""The measures of a latent space against slower and surer ways, in the same process."""

import time

import numpy as np
import torch
from scipy.spatial import cKDTree
from scipy.special import ndtr

from lacuna.core.documents.archive import load
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.map.class_map import LEAST
from lacuna.core.geometry.map.refinement import Grain, lead, refine
from lacuna.core.geometry.radius.exact import exact_radii

REACH = 5.0  # as far as the default of the exact radius
SIDE = 1025  # nodes of the reference's grid along each axis, four times as many
SURE = Grain(
    dense=257, finest=SIDE, trust=4.0
)  # the labels of 1025^2 decodes, but for a few in 10^6
HALVINGS = 25
CHUNK = 64  # the fastest for small convolutional decoders on a CPU


def mean_radius(path):
    """mean radius in two dimensions"""
    scene = scene_of(load(path), "bench")
    began = time.perf_counter()
    result = [report for report in exact_radii(scene) if report][-1].mean()
    seconds = time.perf_counter() - began
    truth = _reference(scene)
    error = result.value - truth
    text = f"{result.value:.5f} ({result.low:.4f} to {result.high:.4f}), by halvings {truth:.5f}: "
    text += f"{error:+.5f} ({seconds:.2f} s)"
    return f"mean radius in two dimensions, {path.stem}", text, "+- 0.002, <= 3 s"


def _reference(scene):
    """The mean of the distances to borders that are halved 25 times on every edge"""
    label = _labels(scene)
    across = np.linspace(-REACH, REACH, SIDE)
    z = np.stack(np.meshgrid(across, across), -1)  # (S, S, 2)
    points = []
    for near, far in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        changes = label[near] != label[far]
        points.append(_halved(scene, z[near][changes], z[far][changes], label[near][changes]))
    radius = cKDTree(np.concatenate(points)).query(z.reshape(-1, 2))[0]
    middles = np.concatenate([[-np.inf], (across[1:] + across[:-1]) / 2, [np.inf]])
    along = np.diff(ndtr(middles))
    return np.outer(along, along).ravel() @ radius


def _labels(scene):
    window = (-REACH, REACH, -REACH, REACH)

    def field(z):
        return scene.logits(z).log_softmax(-1).clamp_min(LEAST)

    level = [report for report in refine(field, lead, window, SURE) if report][-1]
    return level.values.argmax(0).numpy()


def _halved(scene, near, far, before):
    """Where the class is `before` no more, between two rows of points (M, 2)"""
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        same = (_classes(scene, middle) == before)[:, None]
        near, far = np.where(same, middle, near), np.where(same, far, middle)
    return (near + far) / 2


@torch.no_grad()
def _classes(scene, z):
    chunks = torch.from_numpy(z).float().split(CHUNK)
    return torch.cat([scene.logits(chunk).argmax(1) for chunk in chunks]).numpy()
