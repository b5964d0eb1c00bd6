"""What the model draws at points, and what the judge sees in it."""

from __future__ import annotations

import torch
from torch import Tensor

from ...figures.array import Array
from ...scene.scene import Scene


@torch.no_grad()
def decode_and_judge(scene: Scene, z: Tensor) -> tuple[Array, Array | None]:
    """Images and class probabilities at z (N, L)."""
    images = scene.decode(z)
    if scene.logits is None:
        return images.cpu().numpy(), None
    logits = scene.judge(images) if scene.judge else scene.logits(z)
    return images.cpu().numpy(), logits.softmax(-1).cpu().numpy()
