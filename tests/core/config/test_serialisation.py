"""Frozen dataclasses to JSON and back, and what is refused on the way."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacuna.core.config.fields import check
from lacuna.core.config.serialisation import from_json, to_json
from lacuna.core.data.dataset import DataConfig
from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.settings import Layer, Layers, Settings
from lacuna.core.training.config import TrainConfig

numbers = st.floats(allow_nan=False, allow_infinity=False)
points = st.lists(numbers, min_size=2, max_size=2).map(tuple)
settings_values = st.builds(
    Settings,
    data=st.builds(DataConfig, name=st.text(), folder=st.text(), side=st.sampled_from([28, 64])),
    model=st.builds(VAEConfig, latent=st.integers(1, 512), body=st.sampled_from(["conv", "dense"])),
    train=st.builds(TrainConfig, rate=st.floats(1e-7, 10), device=st.sampled_from(["auto", "cpu"])),
    window=st.tuples(numbers, numbers, numbers, numbers),
    cursor=points,
    picked=st.none() | points,
    step=st.none() | st.integers(0, 10**9),
    layers=st.builds(Layers, cloud=st.builds(Layer, visible=st.booleans(), opacity=numbers)),
    start=st.none() | points,
    target=st.none() | st.integers(0, 9),
    families=st.lists(st.sampled_from([*FAMILIES]), unique=True).map(tuple),
    family=st.sampled_from([*FAMILIES]),
)


@given(settings_values)
def test_settings_survive_json_exactly(value):
    assert from_json(json.loads(json.dumps(to_json(value))), Settings, "here") == value


def test_what_is_not_named_keeps_its_default():
    assert from_json({}, Settings, "here") == Settings()
    assert from_json({"columns": 3}, Settings, "here") == Settings(columns=3)


@pytest.mark.parametrize(
    ("plain", "kind"),
    [
        ([], Settings),
        (None, Settings),
        ({"cursor": "here"}, Settings),
        ({"window": [1, 2]}, Settings),
        ({"model": {"body": "liquid"}}, Settings),
        ({"latent": "many"}, VAEConfig),
        ({"latent": 0}, VAEConfig),
        ({"model": {"latent": 10**9}}, Settings),
        ({"rate": float("nan")}, TrainConfig),
        ({"epochs": -1}, TrainConfig),
        ({"side": 29}, DataConfig),
    ],
)
def test_what_it_cannot_be_is_a_problem_that_says_where(plain, kind):
    with pytest.raises(Problem) as caught:
        from_json(plain, kind, "old.lacuna")
    assert "\n" not in str(caught.value)
    assert "old.lacuna" in str(caught.value)


@pytest.mark.parametrize("kind", [VAEConfig, TrainConfig])
def test_the_ends_of_a_range_are_in_it(kind):
    for field in fields(kind):
        for end in ("low", "high"):
            bound = field.metadata.get(end)
            if bound is not None:
                check(kind(**{field.name: bound}))
                with pytest.raises(Problem, match=str(field.metadata["label"])):
                    check(kind(**{field.name: bound + (1 if end == "high" else -1)}))
