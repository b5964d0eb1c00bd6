"""Colours: of classes, of heights, and the two backgrounds."""

from __future__ import annotations

import math

import numpy as np
from cmap import Color, Colormap

from ..figures.array import Array

Colour = tuple[int, int, int]

DARK: Colour = (0x16, 0x18, 0x1D)  # the window's two backgrounds
LIGHT: Colour = (0xF4, 0xF5, 0xF7)

# Ten colours grown from Tol's qualitative schemes (Tol 2021, SRON/EPS/TN/09-002) by annealing: the
# two nearest are CIE dE2000 9.9 apart, in normal sight, protanopia and deuteranopia; L* 46 to 83.
TEN = "#4a7fd1 #e5cf6c #d56e81 #138758 #e19151 #c1a3ec #84802c #52a0b9 #ad4a84 #46afa0"

# From dark violet over red to light yellow, of evenly rising lightness, so that it is read without
# colour (Thyng et al. 2016, "True colors of oceanography").
HEIGHTS = Colormap("cmocean:matter_r")


def class_colours(classes: int) -> Array:
    """(K, 3) uint8. From the eleventh on by golden angles of hue in CIELAB, L* in turns 55, 80, 67.

    More than ten cannot all be told apart by those who see two dimensions of colour: hence names on
    the map.
    """
    ten = [Color(name).rgba8[:3] for name in TEN.split()]
    more = np.arange(max(0, classes - len(ten)))
    hue = 2 * math.pi * more / ((1 + math.sqrt(5)) / 2)
    lightness = np.array([55.0, 80.0, 67.0])[more % 3]
    lab = np.stack([lightness, 38 * np.cos(hue), 38 * np.sin(hue)], axis=1)
    return np.concatenate([np.array(ten, np.uint8), _from_lab(lab)])[:classes]


def ramp(steps: int) -> Array:
    """The colours of heights from low to high: (steps, 3) uint8."""
    colours: Array = HEIGHTS(np.linspace(0, 1, steps), bytes=True)[:, :3]
    return colours


def heights_rgba(values: Array, low: float, high: float) -> Array:
    """Heights (S, S) in the colours of `ramp`, clear where they are no number."""
    share = (np.where(np.isfinite(values), values, np.nan) - low) / max(high - low, 1e-12)
    rgba: Array = HEIGHTS(share, bytes=True)
    return rgba


def _from_lab(lab: Array) -> Array:
    """CIELAB (D65) (N, 3) -> sRGB (N, 3) uint8, clipped to what a screen shows"""
    base = (lab[:, 0] + 16) / 116
    f = np.stack([base + lab[:, 1] / 500, base, base - lab[:, 2] / 200], axis=1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.95047, 1, 1.08883]
    to_linear = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
    linear = np.clip(xyz @ np.array(to_linear).T, 0, 1)
    srgb = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    pixels: Array = np.rint(255 * srgb).astype(np.uint8)
    return pixels
