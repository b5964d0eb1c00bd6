"""Pictures of many files as the pixels of one data set, and what is said of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..figures.finding import grouped
from .dataset import DataConfig
from .grey_levels import GreyLevels, grey_levels, to_pixels
from .paper import laid_on, paper_for
from .picture import DECIMAL, Picture
from .square import squaring_note

DARK = 1 / 8  # of white: a picture that is no lighter anywhere looks black

Limits = tuple[float, float]  # the least and the greatest number


class Album:
    """What is white, and on what paper clear parts lie, is decided by all pictures together."""

    def __init__(self, count: int, config: DataConfig) -> None:
        self._config = config
        channels = 3 if config.colour else 1
        self._pixels = np.empty((count, channels, config.side, config.side), np.uint8)
        self._depths = np.empty(count, object)
        self._highs = np.empty(count)
        self._limits: dict[str, Limits] = {}  # by depth
        self._deep: dict[int, NDArray[Any]] = {}  # what bytes do not hold, by row
        self._alpha: dict[int, NDArray[np.uint8]] = {}  # of those that are not opaque, by row
        self._sizes: Counter[tuple[int, int]] = Counter()
        self._coloured = 0

    def add(self, row: int, picture: Picture) -> None:
        """Put a picture in its place."""
        if picture.values.dtype == np.uint8:
            self._pixels[row] = picture.values
        else:
            self._deep[row] = picture.values
        if picture.alpha is not None:
            self._alpha[row] = picture.alpha
        low, high = self._limits.get(picture.depth, (picture.low, picture.high))
        self._limits[picture.depth] = min(low, picture.low), max(high, picture.high)
        self._depths[row], self._highs[row] = picture.depth, picture.high
        self._sizes[picture.size] += 1
        self._coloured += picture.coloured

    def finished(self, where: str) -> tuple[Tensor, tuple[str, ...]]:
        """(N, C, side, side) bytes, and what was done to the pictures.

        Raises Problem, which begins with `where`, where there is nothing to see in any of them.
        """
        levels = self._levels(where)
        self._apply(levels)
        notes = (*self._shape(), *self._colour(), *self._values(levels), *self._paper())
        return torch.from_numpy(self._pixels), notes

    def _levels(self, where: str) -> dict[str, GreyLevels]:
        """Of each depth; what is alike all over among others stays as it is"""
        plain = {depth: some for depth, some in self._limits.items() if some[0] == some[1]}
        if len(plain) == len(self._limits):
            grey_levels(*next(iter(plain.values())), False, where)
        return {
            depth: grey_levels(min(0.0, low), high or 1.0, depth == DECIMAL, where)
            for depth, (low, high) in self._limits.items()
        }

    def _apply(self, levels: dict[str, GreyLevels]) -> None:
        bytes_ = self._depths == "8 bits"
        if bytes_.any() and levels["8 bits"].white != 255:
            self._pixels[bytes_] = to_pixels(self._pixels[bytes_], levels["8 bits"])
        for row, values in self._deep.items():
            shares = levels[self._depths[row]].shares(values)
            self._pixels[row] = np.rint(255 * shares)

    def _shape(self) -> tuple[str, ...]:
        return squaring_note(self._sizes, self._config)

    def _colour(self) -> tuple[str, ...]:
        if not self._coloured or self._config.colour:
            return ()
        return (f"{grouped(self._coloured)} in colour made grey",)

    def _values(self, levels: dict[str, GreyLevels]) -> tuple[str, ...]:
        whites = np.array([levels[depth].white for depth in self._depths])
        dark = int((self._highs < DARK * whites).sum())
        each = [f"{depth}: {some}" for depth, some in levels.items()]
        said = (str(next(iter(levels.values()))),) if len(levels) == 1 else tuple(each)
        return (*said, f"{grouped(dark)} nearly black") if dark else said

    def _paper(self) -> tuple[str, ...]:
        """Lays clear parts on paper, and says on which"""
        if not self._alpha:
            return ()
        paper = paper_for((self._pixels[row], alpha) for row, alpha in self._alpha.items())
        for row, alpha in self._alpha.items():
            self._pixels[row] = laid_on(paper, self._pixels[row], alpha)
        return (str(paper),)
