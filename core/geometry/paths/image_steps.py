"""Image steps from frame to frame of a path: their energy, and whether the decoder tears."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...figures.array import Array

UNSEEN = 1e-5  # of a pixel's range: no screen shows it, and decoding in float32 is no finer


@dataclass(frozen=True, eq=False)
class Tear:
    """Whether some step between two frames is out of line with the others.

    It is where it lies beyond Tukey's fence Q3 + 1.5 IQR of all steps (Tukey 1977, "Exploratory
    data analysis"). A jump of the decoder shows by it, as in Li, Peng & Lin 2021, "On the latent
    holes of variational auto-encoders for text generation"; so does a steep continuous stretch.
    """

    ratio: float  # the greatest step over the median one; infinite where most frames are alike
    times: Array  # (M,) middles of the steps beyond the fence, as fractions of the latent length


def image_steps(images: Array) -> Array:
    """images: (T, C, H, W) -> (T - 1,) l2 of the pixels from frame to frame, float64"""
    flat = images.reshape(len(images), -1).astype(np.float64)
    return np.asarray(np.linalg.norm(np.diff(flat, axis=0), axis=1))


def energy(steps: Array) -> float:
    """E = n/2 sum of the n squared steps (theory: C3).

    At least half the square of their sum, and equal to it where all steps are of one length.
    """
    return float(len(steps) / 2 * (steps**2).sum())


def tear(t: Array, steps: Array, pixels: int) -> Tear:
    """t: (T,) of the frames, steps: (T - 1,) between them in l2 of so many pixels"""
    unseen = UNSEEN * math.sqrt(pixels)
    low, median, high = np.quantile(steps, [0.25, 0.5, 0.75])
    beyond = steps > high + 1.5 * (high - low) + unseen
    if steps.max() <= unseen:
        ratio = 1.0
    else:
        ratio = float(steps.max() / median) if median > 0 else math.inf
    return Tear(ratio, ((t[1:] + t[:-1]) / 2)[beyond])
