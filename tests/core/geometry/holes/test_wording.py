"""The sentence of a place is made from its score."""

import math

import pytest

from lacuna.core.geometry.holes.wording import rarity


@pytest.mark.parametrize(
    ("score", "often"),
    [
        (math.log(14), "1/14"),
        (math.log(20), "1/20"),
        (math.log(1.5), "1/1.5"),
        (-math.log(3), "3.0 times"),
        (math.log(1234567), "1/1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"),
        (0.0, "as often"),
    ],
)
def test_how_often_is_the_exponential_of_the_score(score, often):
    assert f"here {often} " in rarity(score)
