"""A report page: whole, safe, and with everything inside it."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lacuna.core.figures.finding import Chapter, Finding
from lacuna.core.reports.html import Curve, Figure, chart, image, page
from tests.core.reports.tags import Tags

FINDING = Finding(
    "radius", "Mean <radius>", "0.32 σ", "How far.", "0.31 to 0.33", "E[r]", "Someone 2018"
)


def whole(figures=()):
    chapters = [Chapter("radius", "Class radius", (FINDING,))]
    return Tags(page("A & B", "Step 3.", chapters, figures))


def test_every_tag_is_closed_and_every_word_is_there():
    result = whole()
    assert result.open == []
    shown = ("A & B", "Step 3.", "Class radius", FINDING.label, FINDING.value, FINDING.interval)
    for text in (*shown, FINDING.formula, FINDING.source):
        assert text in result.text


def test_names_are_shown_as_they_are():
    name = 'a <b> & "c"\nd\n\n  e'
    finding = replace(FINDING, label=name, value=name, meaning=name, remark=name, source=name)
    curve = chart([Curve(name, np.ones(2), np.ones(2), "#123456")], name, name)
    figures = [
        Figure("", name, curve),
        Figure("", name, image(np.zeros((4, 4, 3), np.uint8), name)),
    ]
    result = Tags(page(name, name, [Chapter("key", name, (finding,))], figures))
    assert result.open == []
    assert "b" not in result.seen
    assert (
        result.text.count(name) == 14
    )  # title (twice), lead, chapter, 5 of the finding, 5 of the figures
    assert result.alternatives == [name]


def test_it_needs_no_other_file():
    picture = image(np.zeros((4, 4, 3), np.uint8), "a map")
    result = whole([Figure("", "The map", picture)])
    assert result.sources
    assert all(source.startswith("data:image/png;base64,") for source in result.sources)


def test_figures_stand_in_their_chapter_and_the_others_first():
    curve = chart(
        [Curve("measured", np.array([0.0, 1.0]), np.array([1.0, 0.0]), "#123456")], "σ", "y"
    )
    figures = [Figure("radius", "in the chapter", curve), Figure("", "before all", curve)]
    text = whole(figures).text
    assert text.index("before all") < text.index("Class radius") < text.index("in the chapter")


def test_a_chart_reaches_its_corners():
    curve = chart([Curve("c", np.array([0.0, 2.0]), np.array([0.5, 0.0]), "#000000")], "σ", "share")
    assert 'points="50.0,30.0 630.0,230.0"' in curve
    assert 'x="630.0" y="248" text-anchor="middle">2<' in curve
    assert 'y="34.0" text-anchor="end">0.5<' in curve


@pytest.mark.parametrize("end", [1.0, 0.37, 2.6, 9.99, 48.0, 3e-5])
def test_the_ticks_of_a_chart_are_few_and_round(end):
    curve = chart([Curve("c", np.array([0.0, end]), np.array([0.0, 1.0]), "#000000")], "", "")
    ticks = [float(text) for text in re.findall(r'y="248" text-anchor="middle">([^<]*)<', curve)]
    steps = np.diff(ticks)
    assert ticks[0] == 0
    assert 3 <= len(ticks) <= 6
    assert np.allclose(steps, steps[0])
    assert f"{steps[0]:.0e}"[0] in "125"
