"""The figures on images held out, against what is known of simple models."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from lacuna.core.data.dataset import Batch
from lacuna.core.measures.held_out import CHUNK, held_out
from tests.core.small_models import SHAPE, images
from tests.jobs import last


class Copying(nn.Module):
    """Encodes an image by its first two pixels and decodes a constant; its KL is known."""

    def __init__(self, grey):
        super().__init__()
        self.grey = nn.Parameter(torch.tensor(grey))

    def terms(self, x, noise, labels=None):
        likelihood = F.binary_cross_entropy(self.grey.expand_as(x), x, reduction="none")
        return likelihood.flatten(1).sum(1), x[:, 0, 0, 0]

    def encode(self, x, labels=None):
        mean = x.flatten(1)[:, :2]
        return mean, torch.zeros_like(mean)

    def decode(self, z, labels=None):
        return self.grey.expand(len(z), *SHAPE)


def bright(x):
    """A judge: is the image brighter than a half?"""
    return torch.stack([0.5 - x.mean((1, 2, 3)), x.mean((1, 2, 3)) - 0.5], 1)


def measured(data, judge=bright, grey=0.25):
    return last(held_out(Copying(grey), judge, data, step=7))


@pytest.mark.parametrize("n", [2, CHUNK, CHUNK + 1, 3 * CHUNK - 1])
def test_means_do_not_depend_on_the_chunks(n):
    x = images(n)
    labels = (x.mean((1, 2, 3)) > 0.5).long()
    result = measured(Batch(x, labels))
    recon = -(x * math.log(0.25) + (1 - x) * math.log(0.75)).sum((1, 2, 3)).double()
    kl = x[:, 0, 0, 0].double()
    assert result.recon == pytest.approx(recon.mean().item(), rel=1e-5)
    assert result.kl == pytest.approx(kl.mean().item(), rel=1e-5)
    assert result.negative_elbo == pytest.approx(result.recon + result.kl)
    assert result.error == pytest.approx(((recon + kl).var() / n).sqrt().item(), rel=1e-4)
    assert result.accuracy == 1.0
    assert result.accuracy_decoded == (labels == 0).double().mean()  # all it draws is dark
    assert (result.images, result.step) == (n, 7)


@pytest.mark.parametrize(
    ("labels", "judge"), [(None, bright), (torch.zeros(9), None), (None, None)]
)
def test_without_labels_or_a_judge_there_is_no_accuracy(labels, judge):
    result = measured(Batch(images(9), labels), judge)
    assert result.accuracy is None
    assert result.accuracy_decoded is None


def test_one_image_says_nothing_of_the_error():
    result = measured(Batch(images(1), None))
    assert result.error is None
    assert math.isfinite(result.negative_elbo)


def test_no_image_says_nothing_at_all():
    assert list(held_out(Copying(0.5), bright, Batch(images(0), None), 0)) == []
