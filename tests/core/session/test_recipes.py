"""The table of what a change sets off."""

import graphlib
from dataclasses import fields

import pytest

from lacuna.core.session.recipes import RECIPES
from lacuna.core.session.state import Results, Settings

FIELDS = {f"settings.{f.name}" for f in fields(Settings)} | {
    f"results.{f.name}" for f in fields(Results)
}


def test_there_is_no_cycle():
    reads = {f"results.{name}": row.replace | row.finish for name, row in RECIPES.items()}
    order = list(graphlib.TopologicalSorter(reads).static_order())
    for name, inputs in reads.items():
        assert all(order.index(one) < order.index(name) for one in inputs)


@pytest.mark.parametrize("name", RECIPES)
def test_a_row_reads_fields_that_there_are_and_answers_one(name):
    row = RECIPES[name]
    assert row.replace | row.finish <= FIELDS
    assert not row.replace & row.finish
    assert f"results.{name}" in FIELDS


def test_what_needs_a_scene_hears_of_scenes():
    """If only by way of a row that does."""
    hears = {"results.scene"}
    for _ in RECIPES:
        hears |= {
            f"results.{n}" for n, row in RECIPES.items() if hears & (row.replace | row.finish)
        }
    for name, row in RECIPES.items():
        assert not row.needs_scene or f"results.{name}" in hears or name == "measured"
