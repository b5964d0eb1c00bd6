import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.geometry.paths.gradient_ascent import gradient_ascent
from tests.core.latent_fields import random, voronoi


@given(st.integers(0, 1000), st.integers(0, 7))
@settings(max_examples=15, deadline=None)
def test_each_step_of_a_climb_makes_the_target_more_probable(seed, target):
    judge = voronoi(random(8, 2, seed=seed))
    *_, result = gradient_ascent(judge, torch.tensor([2.0, 2.0]), target, 3.0, 0.1, 160)
    logs = judge(result.nodes).log_softmax(1)[:, target]
    assert (logs.diff() > -1e-5).all()  # judged in one batch, float32 may differ in the last digit
    already = len(result.nodes) == 1 and result.odds >= 3.0  # it began where it was to end
    assert already or logs[-1] > logs[0]
    assert (result.nodes.diff(dim=0).norm(dim=1) <= 0.1 + 1e-6).all()
