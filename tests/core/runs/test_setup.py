"""What a training is made from, compared."""

from dataclasses import replace

import pytest

from lacuna.core.data.dataset import DataConfig
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.runs.setup import Setup, setup_differences, takes_over
from lacuna.core.training.config import TrainConfig

SETUP = Setup(DataConfig(), VAEConfig(), TrainConfig())


def labels(before, after):
    return [one.label for one in setup_differences(before, after)]


def test_equal_setups_do_not_differ():
    assert labels(SETUP, SETUP) == []


def test_another_kind_of_model_differs_by_its_name_and_by_what_is_not_its_beginning():
    other = replace(SETUP, model=GANConfig(critic_steps=5))
    assert labels(SETUP, other) == ["Kind of model", "Critic steps"]
    larger = replace(SETUP, model=GANConfig(latent=8, hidden=64))
    assert labels(SETUP, larger) == ["Kind of model", "Latent size", "Hidden units"]


def test_what_a_family_makes_no_use_of_is_no_difference():
    one = replace(SETUP, model=GANConfig())
    assert labels(one, replace(one, train=TrainConfig(beta=4.0))) == []
    assert labels(SETUP, replace(SETUP, train=TrainConfig(beta=4.0))) == ["Beta"]


def test_other_data_is_one_difference_and_another_place_of_them_too():
    assert labels(SETUP, replace(SETUP, data=DataConfig("ring", count=60))) == ["Data"]
    moved = replace(SETUP, data=replace(SETUP.data, folder="/elsewhere"))
    (difference,) = setup_differences(SETUP, moved)
    assert difference.after == "/elsewhere"


@pytest.mark.parametrize(
    ("changes", "takes"),
    [
        ({"train": TrainConfig(beta=4.0)}, True),
        ({"model": VAEConfig(free_bits=0.2)}, True),
        ({"model": VAEConfig(latent=4)}, False),
        ({"model": GANConfig()}, False),
        ({"train": TrainConfig(seed=1)}, False),
        ({"data": DataConfig("ring")}, False),
    ],
)
def test_a_training_under_way_takes_over_live_settings_alone(changes, takes):
    assert takes_over(SETUP, replace(SETUP, **changes)) == takes
