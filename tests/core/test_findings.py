"""Numbers in words: units, intervals, and what there is to say where there is no number."""

import math

import pytest

from core.estimate import Estimate
from core.findings import NONE, absent, between, measured, number, share

MEANING = "What it means."


def test_a_number_comes_with_its_unit_and_interval():
    found = measured("key", "Label", Estimate(1.25, 1.0, 1.5), "nats", MEANING, digits=2)
    assert (found.value, found.interval) == ("1.25 nats", "1.00 to 1.50")
    assert found.number == Estimate(1.25, 1.0, 1.5)


def test_what_is_certain_has_no_interval():
    assert between(Estimate(2.0, 2.0, 2.0)) == ""


def test_a_bound_says_which_side_it_is_on():
    found = measured("key", "Label", Estimate(1, 1, 1), "σ", MEANING, prefix="≤ ")
    assert found.value == "≤ 1.000 σ"


def test_infinity_is_a_word_and_minus_is_a_minus():
    assert number(math.inf) == "infinite"
    assert number(-0.5, 1) == "\N{MINUS SIGN}0.5"
    assert measured("k", "L", Estimate(*3 * [math.inf]), "σ", MEANING).value == "infinite σ"


def test_where_there_is_no_number_the_reason_stands_instead():
    found = absent("key", "Label", MEANING, "there is only one class")
    assert found.value == NONE
    assert found.remark == "Not applicable: there is only one class."
    assert found.number is None
    assert measured("k", "L", Estimate(*3 * [math.nan]), "σ", MEANING).value == NONE


@pytest.mark.parametrize(("part", "said"), [(0.0, "0.0 %"), (0.0004, "<0.1 %"), (0.5, "50.0 %")])
def test_what_is_rare_is_not_said_to_be_nothing(part, said):
    assert share(part) == said
