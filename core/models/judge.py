"""The judge: a classifier of images. A game with one player."""

from __future__ import annotations

from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ..data.dataset import Batch
from ..data.toy import to_plane
from .latent_model import POINT, Shape, TrainableModel

FINE = (
    16.0  # enlarges the square, whose smallest modes are a sixth apart, to what a net tells apart
)


class Judge(TrainableModel):
    """A small classifier: convolutional, but for points of the plane, which have a dense one."""

    def __init__(self, classes: int, shape: Shape) -> None:
        super().__init__()
        self.classes, self.shape = classes, shape
        self.body = _dense(classes) if shape == POINT else _convolutional(classes, shape)

    def players(self) -> dict[str, nn.Module]:
        return {"judge": self}

    def loss(self, player: str, batch: Batch, noise: Generator) -> dict[str, Tensor]:
        assert batch.labels is not None, "a judge learns from labels"
        return {"cross entropy": F.cross_entropy(self(batch.images), batch.labels)}

    def forward(self, images: Tensor) -> Tensor:
        """images: (N, C, H, W) -> logits (N, K)"""
        logits: Tensor = self.body(images)
        return logits


def _convolutional(classes: int, shape: Shape) -> nn.Sequential:
    """16 and 32 channels, 128 hidden units; sides divisible by 4"""
    channels, height, width = shape
    return nn.Sequential(
        nn.Conv2d(channels, 16, 5, 2, 2),
        nn.ReLU(),
        nn.Conv2d(16, 32, 5, 2, 2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(2 * height * width, 128),
        nn.ReLU(),
        nn.Linear(128, classes),
    )


def _dense(classes: int) -> nn.Sequential:
    """Two hidden layers of 64"""
    return nn.Sequential(
        _Plane(),
        nn.Linear(2, 64),
        nn.ReLU(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, classes),
    )


class _Plane(nn.Module):
    """Coordinates about 0 that differ by 1 and more, which a net tells apart sooner."""

    def forward(self, images: Tensor) -> Tensor:
        return to_plane(images)
