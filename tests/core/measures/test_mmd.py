"""Two samples, of one law or of two (theory: D11, E6 and E7)."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import pdist
from scipy.stats import kstest
from sklearn.metrics.pairwise import rbf_kernel

from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.measures.mmd import SCALES, mmd
from tests.jobs import last


def normal(n, mean=0.0, features=1, seed=0):
    return mean + torch.randn(n, features, generator=torch.Generator().manual_seed(seed))


def closed(width, shift):
    """MMD² of N(0, 1) and N(shift, 1) by exp(-d² / 2 width²): convolve the Gaussians"""
    height = width / math.sqrt(width**2 + 2)
    return 2 * height * (1 - math.exp(-(shift**2) / (2 * (width**2 + 2))))


def replicas(count, n, shift, widths):
    """Of the squared discrepancy: mean, its standard error, and all of them"""
    result = np.array(
        [
            last(mmd(normal(n, seed=2 * i), normal(n, shift, seed=2 * i + 1), 0, widths)).squared
            for i in range(count)
        ]
    )
    return result.mean(), result.std(ddof=1) / math.sqrt(count), result


@pytest.mark.parametrize(("widths", "shift"), [((1.0,), 1.0), ((0.5, 2.0), 0.7)])
def test_the_discrepancy_of_two_gaussians(widths, shift):
    assert closed(1, 1) == pytest.approx(0.177268, abs=1e-6)  # theory: D11
    mean, error, _ = replicas(300, 100, shift, widths)
    truth = np.mean([closed(width, shift) for width in widths])
    assert abs(mean - truth) < 4 * error
    assert error < 0.004


def test_where_the_laws_are_one_it_is_zero_on_average():
    mean, error, result = replicas(300, 40, 0.0, (1.0,))
    assert abs(mean) < 4 * error
    assert (result < 0).any()


@pytest.mark.parametrize(("n", "m", "features"), [(30, 50, 3), (2, 2, 1), (40, 7, 20)])
def test_it_is_the_u_statistic_of_the_gram_matrix(n, m, features):
    x, y = normal(n, 5.0, features), normal(m, 5.5, features, seed=1)
    result = last(mmd(x, y, 10))
    points = torch.cat([x, y]).double().numpy()
    assert result.widths == pytest.approx(np.median(pdist(points)) * np.array(SCALES), rel=1e-6)
    gram = np.mean([rbf_kernel(points, gamma=1 / (2 * w**2)) for w in result.widths], axis=0)
    within = [
        (part.sum() - len(part)) / (len(part) * (len(part) - 1))
        for part in (gram[:n, :n], gram[n:, n:])
    ]
    assert result.squared == pytest.approx(sum(within) - 2 * gram[:n, n:].mean(), abs=1e-9)


def test_neither_order_nor_place_matters():
    x, y = normal(40, 0.5, 3), normal(25, 0.0, 3, seed=1)
    result = last(mmd(x, y, 0)).squared
    for one, other in [(x.flip(0), y[torch.randperm(25)]), (y, x), (x + 100, y + 100)]:
        assert last(mmd(one, other, 0)).squared == pytest.approx(result, abs=1e-6)


def test_images_are_compared_pixel_by_pixel():
    x, y = normal(20, 0.0, 12), normal(20, 0.3, 12, seed=1)
    images = last(mmd(x.reshape(20, 1, 3, 4), y.reshape(20, 1, 3, 4), 50))
    assert images == last(mmd(x, y, 50))


def test_one_law_is_rejected_as_often_as_it_may():
    # B + 1 = 100 divides: P(p <= .05) is .05 exactly; 200 trials within 4 deviations
    results = [
        last(mmd(normal(15, 0, 2, seed=2 * i), normal(15, 0, 2, seed=2 * i + 1), 99, seed=i)).p
        for i in range(200)
    ]
    rejected = np.mean(np.array(results) <= 0.05)
    assert abs(rejected - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 200)
    assert kstest(results, "uniform").pvalue > 1e-3


def test_two_laws_are_told_apart_and_p_is_never_zero():
    result = last(mmd(normal(60), normal(60, 3.0, seed=1), 199))
    assert result.p == 1 / 200


def test_relabellings_that_tie_count():
    # of the 6 ways to label these points 2 are as far apart as theirs: 1/3
    x, y = torch.tensor([[0.0], [0.1]]), torch.tensor([[5.0], [5.1]])
    p = last(mmd(x, y, 3000)).p
    assert abs(p - 1 / 3) < 4 * math.sqrt(2 / 9 / 3000)


def test_collapsed_samples():
    same = torch.ones(30, 4)
    assert last(mmd(same, normal(30, 0, 4), 99)).p == 0.01
    with pytest.raises(Problem, match="coincide"):
        last(mmd(same, same + 0.0))


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (normal(1), normal(5), "at least"),
        (normal(2501), normal(2500), "5000"),
        (torch.full((5, 1), torch.nan), normal(5), "no number"),
    ],
)
def test_what_cannot_be_compared_is_said(x, y, said):
    with pytest.raises(Problem, match=said):
        last(mmd(x, y))


def test_the_job_tells_how_far_it_is():
    job = mmd(normal(1200, 0, 2), normal(1200, 0.1, 2, seed=1), 300)
    reports = [one for one in job if one is not None]
    assert sum(isinstance(one, Progress) for one in reports) > 10
    assert not isinstance(reports[-1], Progress)
