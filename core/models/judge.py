"""The judge: which class an image shows. A game with one player."""

from __future__ import annotations

from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ..data import Batch
from .base import Shape


class Judge(nn.Module):
    """A small convolutional classifier (16 and 32 channels, 128 hidden units)."""

    def __init__(self, classes: int, shape: Shape) -> None:
        super().__init__()
        channels, height, width = shape
        self.body = nn.Sequential(
            nn.Conv2d(channels, 16, 5, 2, 2), nn.ReLU(), nn.Conv2d(16, 32, 5, 2, 2), nn.ReLU(),
            nn.Flatten(), nn.Linear(2 * height * width, 128), nn.ReLU(), nn.Linear(128, classes),
        )  # fmt: skip

    def players(self) -> dict[str, nn.Module]:
        return {"judge": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        assert batch.labels is not None, "a judge learns from labels"
        return {"cross entropy": F.cross_entropy(self(batch.images), batch.labels)}

    def forward(self, images: Tensor) -> Tensor:
        """images: (N, C, H, W) -> logits (N, K)"""
        logits: Tensor = self.body(images)
        return logits
