"""Settings that differ, by the names that a form gives them."""

from dataclasses import replace

from lacuna.core.config.differences import Difference, differences
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.training.config import TrainConfig


def test_like_settings_do_not_differ():
    assert differences(TrainConfig(), TrainConfig()) == ()


def test_each_setting_that_differs_is_named_as_in_the_form():
    changed = replace(TrainConfig(), beta=4.0, cyclical=True, rate=2e-4)
    assert [str(one) for one in differences(TrainConfig(), changed)] == [
        "Learning rate: 0.001 → 0.0002",
        "Beta: 1 → 4",
        "Repeat the warm-up: no → yes",
    ]


def test_what_has_no_effect_in_either_is_no_difference():
    one = GANConfig(penalty="none")
    assert differences(one, replace(one, weight_clip=0.5)) == ()
    clipped = replace(one, penalty="clipping", weight_clip=0.5)
    assert differences(one, clipped) == (
        Difference("Critic held by", "Nothing", "Clipping"),
        Difference("Largest weight", "0.01", "0.5"),
    )
