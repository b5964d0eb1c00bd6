"""Codes found by descent, where the decoder is a formula and the right ones are known."""

from itertools import pairwise

import pytest
import torch

from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.measures.inversion import invert
from lacuna.core.scene.scene import Scene
from tests.jobs import last


def linear(rows=12, latent=3):
    """Image = W z + 0.5: the nearest is a matter of least squares."""
    weight = torch.randn(rows, latent, generator=torch.Generator().manual_seed(1)) / rows**0.5
    return weight, lambda z: (z @ weight.mT + 0.5).reshape(-1, 1, 3, rows // 3)


def bumps(z):
    """A hill at z on a fine grid, (N, 1, 16, 16): nothing but z itself draws it."""
    place = torch.linspace(-3, 3, 16, dtype=z.dtype)
    across, up = ((-0.5 * (place - part[:, None]) ** 2).exp() for part in z.T)
    return (up[:, :, None] * across[:, None, :])[:, None]


def scene(decode, latent=2, start=None):
    encode = None if start is None else lambda x: (start[: len(x)], torch.zeros(len(x), latent))
    return Scene("analytic", 5, decode, encode=encode, latent=latent)


def test_a_linear_decoder_is_inverted_by_least_squares():
    weight, decode = linear()
    images = torch.rand(6, 1, 3, 4, generator=torch.Generator().manual_seed(2))
    expected = torch.linalg.lstsq(weight, (images.flatten(1) - 0.5).mT).solution.mT
    result = last(invert(scene(decode, 3), images, torch.zeros(6, 3)))
    torch.testing.assert_close(result.z, expected, atol=2e-3, rtol=0)
    residual = (decode(expected) - images).flatten(1).square().sum(1)
    torch.testing.assert_close(result.error, residual, atol=1e-4, rtol=1e-4)


def test_what_was_drawn_is_found_again_from_the_encoders_mean():
    z = torch.randn(5, 2, generator=torch.Generator().manual_seed(3))
    result = last(invert(scene(bumps, start=z + 0.4), bumps(z)))
    torch.testing.assert_close(result.z, z, atol=1e-3, rtol=0)
    assert float(result.error.max()) < 1e-4
    assert (result.started > 1e-2).all()
    assert result.step == 5


def test_the_error_is_that_of_the_code_and_never_rises():
    z, start = torch.randn(4, 2), torch.randn(4, 2)
    errors = []
    for report in invert(scene(bumps), bumps(z), start, steps=100):
        if report is not None and not isinstance(report, Progress):
            errors.append(report.error)
            again = (bumps(report.z) - bumps(z)).flatten(1).square().sum(1)
            torch.testing.assert_close(report.error, again)
    assert len(errors) > 2
    assert all((after <= before).all() for before, after in pairwise(errors))
    assert (errors[0] <= (bumps(start) - bumps(z)).flatten(1).square().sum(1)).all()


def test_each_image_is_looked_for_by_itself():
    z, start = torch.randn(3, 2), torch.randn(3, 2)
    together = last(invert(scene(bumps), bumps(z), start, steps=40))
    alone = [
        last(invert(scene(bumps), bumps(z[i : i + 1]), start[i : i + 1], steps=40)).z
        for i in range(3)
    ]
    torch.testing.assert_close(together.z, torch.cat(alone), atol=1e-5, rtol=1e-4)


def test_it_changes_neither_the_start_nor_the_mode_of_gradients():
    start = torch.zeros(1, 2)
    with torch.no_grad():
        job = invert(scene(bumps), bumps(torch.ones(1, 2)), start, steps=30)
        last(job)
        assert not torch.is_grad_enabled()
    assert torch.equal(start, torch.zeros(1, 2))


def test_it_says_how_far_it_is():
    job = invert(scene(bumps), bumps(torch.ones(1, 2)), torch.zeros(1, 2), steps=60)
    reported = [report.fraction for report in job if isinstance(report, Progress)]
    assert reported == sorted(reported)
    assert reported[-1] == 1.0


def test_without_a_start_and_an_encoder_it_says_so():
    with pytest.raises(Problem, match="from which point"):
        last(invert(scene(bumps), bumps(torch.zeros(1, 2))))
