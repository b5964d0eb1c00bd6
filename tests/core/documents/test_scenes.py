"""What a document is asked to draw: by name, by number, and what is said where it cannot."""

from dataclasses import replace

import pytest

from lacuna.core.documents.scenes import condition_of
from lacuna.core.engine.errors import Problem
from lacuna.core.models.vae.conditional_vae import CVAEConfig
from tests.core.small_models import document

CONDITIONAL = document(CVAEConfig(body="dense", hidden=16))


@pytest.mark.parametrize(("name", "row"), [(None, 0), ("left", 0), ("right", 1), ("1", 1)])
def test_a_condition_has_a_name_and_a_number(name, row):
    assert condition_of(CONDITIONAL, name) == row


def test_a_name_of_a_class_goes_before_a_number():
    assert condition_of(replace(CONDITIONAL, classes=("1", "0")), "1") == 0


@pytest.mark.parametrize("name", ["middle", "2", "-1"])
def test_another_is_a_problem_that_lists_what_there_is(name):
    with pytest.raises(Problem) as caught:
        condition_of(CONDITIONAL, name)
    assert str(caught.value) == f"This model draws no {name!r} on demand: choose from left, right."


def test_a_model_without_conditions_takes_none():
    with pytest.raises(Problem) as caught:
        condition_of(document(), "left")
    assert str(caught.value) == ("This model draws no class on demand: leave the condition out.")
