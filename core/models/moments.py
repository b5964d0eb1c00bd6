"""Running mean and covariance of rows that come a batch at a time."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class Moments(nn.Module):
    """Mean and covariance of the rows so far: all in buffers, so that a checkpoint holds it.

    Batches are merged as by Chan, Golub & LeVeque (1983), around the mean: nothing large cancels,
    so single precision, the only one that some GPUs have, is enough. With `directions` (D, K) of
    many coordinates, only the covariance times these is kept.
    """

    seen: Tensor  # () int64, rows
    mean: Tensor  # (D,)
    total: Tensor  # (), the variances of all coordinates together
    products: Tensor  # (D, K), the covariance times the directions; (D, D) without them
    directions: Tensor | None

    def __init__(
        self, size: int, directions: Tensor | None = None, memory: int | None = None
    ) -> None:
        """With a `memory`, what is that many rows old counts 1/e of what is new; else the same."""
        super().__init__()
        self.memory = memory
        columns = size if directions is None else directions.shape[1]
        self.register_buffer("seen", torch.zeros((), dtype=torch.int64))
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("total", torch.zeros(()))
        self.register_buffer("products", torch.zeros(size, columns))
        self.register_buffer("directions", directions)

    @torch.no_grad()
    def see(self, rows: Tensor) -> None:
        """rows: (N, D)"""
        self.seen += len(rows)
        horizon = self.seen if self.memory is None else self.seen.clamp(max=self.memory)
        weight = (len(rows) / horizon).clamp(max=1).to(rows.dtype)
        mean = rows.mean(0)
        step = (1 - weight).sqrt() * (mean - self.mean)
        spread = torch.cat([(rows - mean) / math.sqrt(len(rows)), step[None]])  # (N + 1, D)
        along = spread if self.directions is None else spread @ self.directions
        self.products.lerp_(spread.mT @ along, weight)
        self.total.lerp_(spread.square().sum(), weight)
        self.mean.lerp_(mean, weight)
