"""The split of data that does not say what is held out."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from lacuna.core.data.dataset import Batch
from lacuna.core.data.split import at_random, reorder
from tests.jobs import returned


@given(st.permutations(range(9)) | st.permutations(range(1)) | st.permutations(range(2)))
def test_rows_are_put_in_order_where_they_lie(rows: list[int]) -> None:
    pixels, order = torch.rand(len(rows), 1, 2, 2), torch.tensor(rows)
    expected = pixels[order]
    list(reorder(pixels, order))
    assert torch.equal(pixels, expected)


def split(pixels: Tensor, labels: Tensor | None, seed: int = 0) -> tuple[Batch, Batch]:
    return returned(at_random(pixels, labels, seed))  # type: ignore[no-any-return]


def test_a_sixth_is_held_out_and_labels_go_along() -> None:
    labels = torch.arange(60)
    train, test = split(labels.to(torch.uint8).view(60, 1, 1, 1).clone(), labels)
    assert (len(train.pixels), len(test.pixels)) == (50, 10)
    for batch in (train, test):
        assert batch.labels is not None
        assert batch.pixels.flatten().tolist() == batch.labels.tolist()
    assert set(train.pixels.flatten().tolist()).isdisjoint(test.pixels.flatten().tolist())


def test_no_second_copy_is_made() -> None:
    pixels = torch.rand(60, 1, 2, 2)
    train, _ = split(pixels, None)
    assert train.pixels.data_ptr() == pixels.data_ptr()
