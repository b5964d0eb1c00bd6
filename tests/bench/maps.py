"""Maps by refinement against a plainer way, in the same process."""

import math
import time
from dataclasses import replace

import numpy as np
import torch

from lacuna.core.documents.archive import load
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.holes.detectors.detector import FittedDetector
from lacuna.core.geometry.holes.hole_map import hole_map
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.scene.codes import PAIRS, density_ratio, points_per_step
from lacuna.core.scene.mixture import DenseMixture

WINDOW = (-3.5, 3.5, -3.5, 3.5)
FEW, TURNS = 5000, 3  # codes that are all summed at every point; turns of both
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


def holes_of_all(path):
    """holes 513x513 by all codes"""
    document = load(path)
    codes, prior = document.codes, scene_of(document, "bench").prior
    turns = [(_by_few(codes, prior), _by_all(codes, prior)) for _ in range(TURNS)]
    few, every = np.median(turns, axis=0)
    text = f"{len(codes.mean)} codes in {every:.2f} s, {every / few:.2f} times as long as {FEW}"
    return f"holes 513x513 by all codes, {path.stem}", text, "<= 1 times as long"


def _by_all(codes, prior):
    """Seconds, with the density made anew"""
    began = time.perf_counter()
    codes = replace(codes)
    return _map_holes(density_ratio(codes, prior), points_per_step(codes)) - began


def _by_few(codes, prior):
    """Seconds, each point summed over all of them"""
    began = time.perf_counter()
    few = codes.part(torch.arange(FEW))
    density = DenseMixture.of(few.mean.double(), few.logvar.double())
    return _map_holes(lambda z: prior.log_density(z) - density(z), PAIRS // FEW) - began


def _map_holes(score, chunk):
    """When it is done"""
    fitted = FittedDetector("density", score, math.log(20), chunk=chunk)
    for _ in hole_map(fitted, whole_plane(), WINDOW, Grain()):
        pass
    return time.perf_counter()


@torch.no_grad()
def _brute(scene, side):
    across = torch.linspace(WINDOW[0], WINDOW[1], side)
    y, x = torch.meshgrid(across, across, indexing="ij")
    points = torch.stack([x, y], -1).reshape(-1, 2)
    began = time.perf_counter()
    labels = [scene.logits(chunk).argmax(1) for chunk in points.split(CHUNK)]
    seconds = time.perf_counter() - began
    return torch.cat(labels).reshape(side, side).numpy().astype(np.int16), seconds
