"""The 1797 small scans of digits that come with scikit-learn."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from ..engine.jobs import Job, Progress
from ..engine.worker import ReportProgress, in_thread
from .dataset import SIDE, Batch, DataConfig, Dataset

CLASSES = tuple("0123456789")

_TRAIN = 1500  # images; the other 297 are held out


def load(config: DataConfig) -> Job[Dataset | Progress]:
    """8 x 8 scans made 28 x 28, split by `config.seed` (Alpaydin & Kaynak 1998, UCI Optdigits)."""
    scans, targets = yield from in_thread(_read)
    images, labels = _enlarged(torch.from_numpy(scans)), torch.from_numpy(targets)
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(config.seed))
    train, test = order[:_TRAIN], order[_TRAIN:]
    yield Dataset(
        config, Batch(images[train], labels[train]), Batch(images[test], labels[test]), CLASSES
    )


def _read(report: ReportProgress) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Scans (N, 1, 8, 8) in [0, 1] and targets (N,)."""
    report(None, "reading the digits of scikit-learn")
    from sklearn.datasets import load_digits  # a second to import, so only where it is wanted

    digits = load_digits()
    return digits.images[:, None].astype(np.float32) / 16, digits.target.astype(np.int64)


def _enlarged(scans: Tensor) -> Tensor:
    large = F.interpolate(scans, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
    return large.clamp(0, 1)  # a cubic overshoots
