"""The judge: convolutional for images, dense for points of the plane."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lacuna.core.data.dataset import DataConfig
from lacuna.core.data.registry import load
from lacuna.core.data.toy import MIXTURES, TOYS, to_images
from lacuna.core.documents import archive
from lacuna.core.files.locations import bundled
from lacuna.core.models.judge import Judge
from lacuna.core.runs.train_judge import find_or_train_judge
from tests.jobs import returned


def right(judge: torch.nn.Module, images: Tensor, labels: Tensor) -> float:
    with torch.no_grad():
        return judge(images).argmax(1).eq(labels).double().mean().item()


@pytest.mark.parametrize("name", TOYS)
def test_points_are_told_apart(name: str) -> None:
    data = [report for report in load(DataConfig(name)) if report is not None][-1]
    assert data.test.labels is not None
    judge = returned(find_or_train_judge(data, "cpu"))
    assert right(judge, data.test.images, data.test.labels) >= 0.99
    if name in MIXTURES:
        centres = MIXTURES[name].centres
        assert right(judge, to_images(centres), torch.arange(len(centres))) == 1


def test_a_judge_of_points_says_as_many_logits_as_classes() -> None:
    judge = Judge(5, (1, 1, 2))
    assert judge(torch.rand(7, 1, 1, 2)).shape == (7, 5)
    assert not any(isinstance(part, torch.nn.Conv2d) for part in judge.modules())


def test_the_judges_that_come_with_the_program_are_of_this_form() -> None:
    keys = Judge(10, (1, 28, 28)).state_dict().keys()
    for path in bundled().values():
        judge = archive.load(path).judge
        assert judge is not None
        assert judge.state_dict().keys() == keys
        assert judge(torch.rand(2, 1, 28, 28)).shape == (2, 10)
