"""Batches: bytes until somebody looks, and then the very numbers that they always were."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lacuna.core.data.dataset import Batch, as_images


def every_byte() -> torch.Tensor:
    return torch.arange(256, dtype=torch.uint8).reshape(4, 1, 8, 8)


def test_a_byte_is_its_share_of_255_to_the_last_bit() -> None:
    exact = np.divide(every_byte().numpy(), np.float32(255), dtype=np.float32)
    assert (as_images(every_byte()).numpy() == exact).all()
    many = every_byte().repeat(500, 1, 1, 1)  # so many are divided several at a time
    assert torch.equal(as_images(many), as_images(every_byte()).repeat(500, 1, 1, 1))


@pytest.mark.parametrize("rows", [slice(1, 3), torch.tensor([2, 0]), torch.tensor([1])])
def test_some_of_a_batch_are_images_however_it_is_kept(rows: slice | torch.Tensor) -> None:
    labels = torch.arange(4)
    kept, images = Batch(every_byte(), labels), as_images(every_byte())
    for batch in (kept, Batch(images, labels)):
        some = batch.at(rows)
        assert some.images.dtype == torch.float32
        assert torch.equal(some.images, images[rows])
        assert some.labels is not None
        assert torch.equal(some.labels, labels[rows])
    assert kept.to(torch.device("cpu")).pixels.dtype == torch.uint8


def test_images_that_are_numbers_are_not_copied() -> None:
    images = torch.rand(4, 1, 8, 8)
    assert Batch(images, None).images is images
    assert Batch(images, None).at(slice(2)).pixels.data_ptr() == images.data_ptr()
