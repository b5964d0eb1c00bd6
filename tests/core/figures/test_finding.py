"""Numbers in words: units, intervals, and what there is to say where there is no number."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lacuna.core.figures.estimate import Estimate
from lacuna.core.figures.finding import (
    INSIGNIFICANT,
    NONE,
    Quantity,
    absent,
    between,
    decimals,
    grouped,
    insignificant,
    measured,
    number,
    share,
)

LENGTH = Quantity("key", "Label", "σ", "What it means.")


def test_a_finding_says_all_that_is_known_of_its_quantity():
    known = replace(LENGTH, formula="|z|", source="Euclid", theory="A2")
    for finding in (measured(known, Estimate.exact(1)), absent(known, "there is none")):
        for name in ("key", "label", "meaning", "formula", "source", "theory"):
            assert getattr(finding, name) == getattr(known, name)


def test_a_number_comes_with_its_unit_and_interval():
    result = measured(replace(LENGTH, unit="nats", digits=2), Estimate(1.25, 1.0, 1.5))
    assert (result.value, result.interval) == ("1.25 nats", "1.00 to 1.50")
    assert result.number == Estimate(1.25, 1.0, 1.5)


def test_what_is_certain_has_no_interval():
    assert between(Estimate.exact(2.0)) == ""


def test_a_bound_says_which_side_it_is_on():
    result = measured(replace(LENGTH, bound="≤ "), Estimate.exact(1))
    assert result.value == "≤ 1.000 σ"


def test_a_bound_is_the_far_end_of_its_interval():
    """A sample mean is below the mean it estimates in half of all cases: it bounds nothing."""
    estimate = Estimate(1.0, 0.9, 1.2)
    assert measured(replace(LENGTH, bound="≤ "), estimate).value == "≤ 1.200 σ"
    assert measured(replace(LENGTH, bound="≥ "), estimate).value == "≥ 0.900 σ"
    assert measured(LENGTH, estimate).value == "1.000 σ"


def test_infinity_is_a_word_and_minus_is_a_minus():
    assert number(math.inf) == "infinite"
    assert number(-0.5, 1) == "\N{MINUS SIGN}0.5"
    assert measured(LENGTH, Estimate.exact(math.inf)).value == "infinite σ"


def test_where_there_is_no_number_the_reason_stands_instead():
    result = absent(LENGTH, "there is only one class")
    assert result.value == NONE
    assert result.remark == "Not applicable: there is only one class."
    assert result.number is None
    assert measured(LENGTH, Estimate.exact(math.nan)).value == NONE


@pytest.mark.parametrize(("part", "message"), [(0.0, "0.0 %"), (0.0004, "<0.1 %"), (0.5, "50.0 %")])
def test_what_is_rare_is_not_said_to_be_nothing(part, message):
    assert share(part) == message


def test_what_is_rounded_to_nothing_has_no_sign():
    assert number(-0.001, 2) == "0.00"
    assert number(-0.0, 1) == "0.0"


def test_thousands_stand_apart():
    assert grouped(5240) == "5\N{NO-BREAK SPACE}240"
    assert number(-12345.678, 1) == "\N{MINUS SIGN}12\N{NO-BREAK SPACE}345.7"


@given(st.floats(1e-6, 1e3))
def test_half_of_an_interval_is_two_to_twenty_of_its_last_decimal(half):
    digits = decimals(Estimate(0.0, -half, half))
    assert half >= 2 * 10.0**-digits * (1 - 1e-12) or digits == 0
    assert half < 20 * 10.0**-digits or digits == 0


def test_of_a_point_four_figures_are_read():
    assert decimals(Estimate.exact(3.479)) == 3
    assert decimals(Estimate.exact(0.0)) == 3
    assert decimals(Estimate.exact(math.inf)) == 0


def test_a_distance_that_chance_may_have_made_is_not_told_from_0():
    small = measured(replace(LENGTH, unit="", digits=None), Estimate(-3e-4, -8e-3, 12e-3))
    assert (small.value, small.interval) == ("0.000", "\N{MINUS SIGN}0.008 to 0.012")
    assert insignificant(small).value == INSIGNIFICANT
