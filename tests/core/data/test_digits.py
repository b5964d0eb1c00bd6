"""The bundled scans of handwritten digits."""

from __future__ import annotations

import torch

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.registry import load


def loaded(config: DataConfig) -> Dataset:
    return [report for report in load(config) if report is not None][-1]


def test_scans_are_split_by_the_seed() -> None:
    data, again, other = (loaded(DataConfig(name="digits", seed=seed)) for seed in (1, 1, 2))
    assert data.train.images.shape == (1500, 1, 28, 28)
    assert data.test.images.shape == (297, 1, 28, 28)
    assert data.train.images.min() == 0
    assert data.train.images.max() == 1
    assert torch.equal(data.train.images, again.train.images)
    assert not torch.equal(data.train.images, other.train.images)
    assert data.train.labels is not None
    assert data.test.labels is not None
    counts = torch.cat([data.train.labels, data.test.labels]).bincount()
    # scikit-learn, sklearn/datasets/descr/digits.rst: 1797 of ten classes, each about 180
    assert counts.sum() == 1797
    assert counts.min() > 170
    assert data.classes == tuple("0123456789")


def test_enlarged_scans_keep_their_ink() -> None:
    from sklearn.datasets import load_digits

    data = loaded(DataConfig(name="digits"))
    images = torch.cat([data.train.images, data.test.images])
    small = torch.nn.functional.interpolate(images, (8, 8), mode="area")[:, 0]
    scans = torch.from_numpy(load_digits().images).float() / 16
    nearest = torch.cdist(scans.flatten(1), small.flatten(1)).amin(1) / 8  # per pixel
    assert nearest.max() < 0.15
