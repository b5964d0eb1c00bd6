"""The table of what a change sets off, and the fields that it names."""

import dataclasses
import graphlib

import pytest

from lacuna.core.session.fields import (
    EVERY_SETTING,
    FIELDS,
    RESULTS,
    SETTINGS,
    as_field,
    result_field,
)
from lacuna.core.session.recipes import RECIPES
from lacuna.core.session.request_context import JobContext
from lacuna.core.session.results import Results
from lacuna.core.session.settings import Settings
from lacuna.core.session.state import State


def test_every_field_of_the_state_is_named_once():
    names = sorted(map(str, FIELDS))
    settings = [f"settings.{field.name}" for field in dataclasses.fields(Settings)]
    results = [f"results.{field.name}" for field in dataclasses.fields(Results)]
    assert names == sorted(settings + results)
    assert len(EVERY_SETTING) == len(settings)


def test_a_field_reads_what_it_names():
    state = State(Settings(cursor=(1.0, 2.0)), Results(resting=False))
    assert as_field(SETTINGS.cursor).read(state) == (1.0, 2.0)
    assert as_field(RESULTS.resting).read(state) is False


def test_what_is_no_field_is_refused():
    with pytest.raises(AttributeError):
        getattr(SETTINGS, "no such setting")
    with pytest.raises(TypeError):
        as_field("results.map")


def reads(row):
    return row.replace | row.finish


def test_there_is_no_cycle():
    inputs = {result_field(name): reads(row) for name, row in RECIPES.items()}
    order = list(graphlib.TopologicalSorter(inputs).static_order())
    for answer, fields in inputs.items():
        assert all(order.index(field) < order.index(answer) for field in fields)


@pytest.mark.parametrize("name", RECIPES)
def test_a_change_means_one_thing_for_a_job_under_way(name):
    assert reads(RECIPES[name])
    assert not RECIPES[name].replace & RECIPES[name].finish


def test_what_needs_a_scene_hears_of_scenes():
    """If only by way of a row that does."""
    hears = {as_field(RESULTS.scene)}
    for _ in RECIPES:
        hears |= {result_field(name) for name, row in RECIPES.items() if hears & reads(row)}
    for name, row in RECIPES.items():
        assert not row.needs_scene or result_field(name) in hears or name == "measured"


def test_a_job_without_anything_to_do_ends_at_once():
    assert list(RECIPES["dataset"].start(State(), JobContext(lambda name: False))) == []
