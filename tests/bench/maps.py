"""The class map by refinement against decoding every pixel, in the same process."""

import time

import numpy as np
import torch

from lacuna.core.documents.archive import load
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.map.refinement import Grain

WINDOW = (-3.5, 3.5, -3.5, 3.5)
CHUNK = 64  # the fastest for small convolutional decoders on a CPU


def against_brute_force(path):
    """class map 513x513"""
    scene = scene_of(load(path), "bench")
    began = time.perf_counter()
    result = [report for report in class_map(scene, whole_plane(), WINDOW, Grain()) if report][-1]
    refined = time.perf_counter() - began
    truth, brute = _brute(scene, len(result.label))
    equal, share = (result.label == truth).mean(), result.decodes / truth.size
    text = f"{equal:.3%} equal, {share:.2%} of the decodes, {brute / refined:.0f} times faster"
    requested = ">= 99.9 %, <= 5 %, >= 10 times"
    return f"class map 513x513, {path.stem}", f"{text} ({refined:.2f} s)", requested


@torch.no_grad()
def _brute(scene, side):
    across = torch.linspace(WINDOW[0], WINDOW[1], side)
    y, x = torch.meshgrid(across, across, indexing="ij")
    points = torch.stack([x, y], -1).reshape(-1, 2)
    began = time.perf_counter()
    labels = [scene.logits(chunk).argmax(1) for chunk in points.split(CHUNK)]
    seconds = time.perf_counter() - began
    return torch.cat(labels).reshape(side, side).numpy().astype(np.int16), seconds
