import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.geometry.paths.slerp import slerp


def points(*values):
    return torch.tensor(values, dtype=torch.float64)


def random(*shape, seed):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(st.integers(0, 10_000), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_a_great_circle_turns_evenly(seed, latent):
    # C2: angle linear in t, norms monotone
    start, end = random(2, latent, seed=seed)
    nodes = slerp(start, end, 16)
    assert torch.equal(nodes[[0, -1]], torch.stack([start, end]))
    norms = nodes.norm(dim=1)
    steps = norms.diff()
    assert torch.allclose(steps, steps.mean().expand(16), atol=1e-9)
    units = nodes / norms[:, None]
    angles = 2 * torch.atan2((units - units[0]).norm(dim=1), (units + units[0]).norm(dim=1))
    assert torch.allclose(angles, angles[-1] * torch.linspace(0, 1, 17).double(), atol=1e-7)


def test_ends_on_one_line():
    start = points(1.0, 2.0, -2.0)
    opposite = slerp(start, -2 * start, 8)
    assert torch.allclose(opposite.norm(dim=1), torch.linspace(3, 6, 9).double())
    assert float((opposite[4] / 4.5) @ (start / 3)) == pytest.approx(0, abs=1e-12)
    same = slerp(start, 3 * start, 4)
    assert torch.allclose(same, torch.linspace(1, 3, 5).double()[:, None] * start)
    from_zero = slerp(torch.zeros(3), start.float(), 4)
    assert torch.allclose(from_zero, torch.linspace(0, 1, 5)[:, None] * start.float())
    line = slerp(points(1.0), points(-1.0), 4)
    assert line[:, 0].tolist() == pytest.approx([1, 0.5, 0, -0.5, -1])
    assert torch.allclose(slerp(start, start, 4), start.expand(5, -1))


def test_a_great_circle_around_another_centre():
    nodes = slerp(points(6.0, 5.0), points(5.0, 6.0), 2, centre=5.0)
    assert torch.allclose(nodes[1], 5 + points(0.5, 0.5).sqrt())
