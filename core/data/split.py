"""What is learned from and what is held out, where the data does not say."""

from __future__ import annotations

import torch
from torch import Tensor

from .dataset import Batch


def at_random(images: Tensor, labels: Tensor | None, seed: int) -> tuple[Batch, Batch]:
    """Images (N, C, H, W) and labels (N,) in two: five sixths to train on, a sixth held out."""
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
    held_out, kept = order[: len(order) // 6], order[len(order) // 6 :]
    train, test = (
        Batch(images[rows], None if labels is None else labels[rows]) for rows in (kept, held_out)
    )
    return train, test
