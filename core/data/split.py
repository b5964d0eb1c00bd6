"""What is learned from and what is held out, where the data does not say."""

from __future__ import annotations

from collections.abc import Generator

import torch
from torch import Tensor

from ..engine.jobs import Word
from .dataset import Batch

_ROWS = 8192  # images moved in one step


def at_random(
    pixels: Tensor, labels: Tensor | None, seed: int
) -> Generator[None, Word | None, tuple[Batch, Batch]]:
    """Pixels (N, C, H, W) and labels (N,) in two: five sixths to train on, a sixth held out.

    The pixels are put in their new order where they lie: a second copy would double the memory.
    """
    order = torch.randperm(len(pixels), generator=torch.Generator().manual_seed(seed))
    sixth = len(order) // 6
    rows = torch.cat([order[sixth:], order[:sixth]])
    yield from reorder(pixels, rows)
    mixed, kept = None if labels is None else labels[rows], len(rows) - sixth
    train, test = (
        Batch(pixels[part], None if mixed is None else mixed[part])
        for part in (slice(kept), slice(kept, None))
    )
    return train, test


def reorder(pixels: Tensor, rows: Tensor) -> Generator[None, Word | None, None]:
    """`pixels[:] = pixels[rows]` in place: a circle of rows that take each other's place at a time.

    rows: (N,) a permutation.
    """
    images, source = pixels.numpy(), rows.tolist()
    moved = bytearray(len(source))
    for first in range(len(source)):
        if first % _ROWS == 0:
            yield
        if moved[first]:
            continue
        held, row = images[first].copy(), first
        while source[row] != first:
            images[row] = images[source[row]]
            moved[row], row = True, source[row]
        images[row], moved[row] = held, True
