"""A judge that comes from elsewhere is used where it is right on these images, and only there."""

from dataclasses import replace

import pytest
import torch

from lacuna.core.data.dataset import Batch, DataConfig
from lacuna.core.data.registry import load
from lacuna.core.documents import archive
from lacuna.core.files.locations import bundled
from lacuna.core.models.judge import Judge
from lacuna.core.runs.train_judge import JudgeConfig, find_or_train_judge
from lacuna.core.training.config import TrainConfig
from tests.core.small_models import equal
from tests.jobs import last, returned

QUICK = JudgeConfig(TrainConfig(epochs=1), steps=1)


@pytest.fixture(scope="module")
def bundled_document():
    return archive.load(bundled()["strokes"])


@pytest.fixture(scope="module")
def digits(bundled_document):
    """A few of the digits that the bundled model was trained on, under their own name."""
    return replace(last(load(DataConfig(count=600))), config=bundled_document.data)


def changed(data, change):
    parts = {name: change(getattr(data, name)) for name in ("train", "test")}
    return replace(data, **parts)


def transposed(batch):
    return Batch(batch.pixels.mT, batch.labels)


def shifted(batch):
    return Batch(batch.pixels, (batch.labels + 3) % 10)


def share_right(judge, batch):
    with torch.no_grad():
        return float(judge(batch.images).argmax(1).eq(batch.labels).double().mean())


def test_the_bundled_judge_is_taken_where_it_is_right(digits, bundled_document):
    judge = returned(find_or_train_judge(digits, "cpu", QUICK))
    assert equal(judge, bundled_document.judge)
    moved = replace(digits, config=replace(digits.config, folder="/elsewhere"))
    assert equal(returned(find_or_train_judge(moved, "cpu", QUICK)), bundled_document.judge)


@pytest.mark.parametrize("change", [transposed, shifted])
def test_on_other_images_of_the_same_name_one_is_trained(digits, bundled_document, change):
    other = changed(digits, change)
    assert share_right(bundled_document.judge, other.test) < 0.5
    judge = returned(find_or_train_judge(other, "cpu"))
    assert share_right(judge, other.test) > 0.9


def test_a_judge_of_before_is_taken_where_it_is_right(digits, bundled_document):
    mine = replace(digits, config=DataConfig(count=600))
    known = bundled_document.judge
    assert returned(find_or_train_judge(mine, "cpu", QUICK, known)) is known
    for other in (
        changed(mine, transposed),
        replace(mine, classes=(*mine.classes, "ten")),
        changed(mine, lambda batch: Batch(batch.pixels.repeat(1, 3, 1, 1), batch.labels)),
    ):
        assert returned(find_or_train_judge(other, "cpu", QUICK, known)) is not known


def test_without_images_held_out_those_to_train_on_are_asked(digits, bundled_document):
    none = replace(digits, test=Batch(digits.test.pixels[:0], digits.test.labels[:0]))
    assert equal(returned(find_or_train_judge(none, "cpu", QUICK)), bundled_document.judge)


def test_a_judge_says_what_it_judges():
    judge = Judge(3, (1, 8, 8))
    assert (judge.classes, judge.shape) == (3, (1, 8, 8))
