"""What the geometry panel says: whole, in plain words, and only what is true."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import ndtr
from scipy.stats import norm

from lacuna.core.analysis.survey import Insides, Survey
from lacuna.core.documents.scenes import scene_of
from lacuna.core.figures.estimate import Estimate
from lacuna.core.figures.finding import NONE
from lacuna.core.geometry.classes.masses import HoleMass, PriorMasses
from lacuna.core.geometry.holes.detectors.registry import DETECTORS, Verdict, fit_detector, verdicts
from lacuna.core.geometry.holes.mismatch import kl_floor
from lacuna.core.reports.geometry.chapters import chapters
from lacuna.core.reports.geometry.verdicts import verdict_findings
from tests.core.known_geometry import (
    STRETCH,
    codes_of_prior,
    half_space,
    one_class,
    reports,
    scene,
    slabs,
    surveyed,
    voronoi,
    wedges,
)
from tests.core.small_models import document

UNITS = ("σ", "nats", "%", "pixels", "pixels per σ")
NAMES = tuple("abcdefghij")


def told(result, classes):
    """{key: Finding} of all chapters"""
    return {f.key: f for chapter in chapters(result, NAMES[:classes]) for f in chapter.findings}


def words(finding):
    parts = (finding.label, finding.value, finding.meaning, finding.formula, finding.source)
    return " ".join(part for part in (*parts, finding.remark) if part)


# ---- the lecture's claims that do not hold ----


def test_the_slides_form_is_refused_for_half_spaces_of_95_and_5_percent():
    # row 4: E[r] = 1.6866 > g = 0.5072
    answer = told(surveyed(scene(slabs((0.95, 0.05)))), 2)
    assert answer["mean"].number.value == pytest.approx(1.686640, abs=(10 / 256) ** 2)
    assert answer["bound slide"].value == NONE
    assert re.search(r"one class has 9[45](\.\d)? % of the prior", answer["bound slide"].remark)
    assert "up to 84.4 %" in answer["bound slide"].remark
    # F1, row 3b: half-spaces reach the bound that always holds
    limit = answer["bound partition"].number
    assert limit.low < 1.686640 < limit.high
    assert answer["bound collision"].value == answer["bound closed"].value == NONE


def test_no_limit_on_a_distance_is_negative():
    # row 4: p = (.97, .01, .01, .01) makes the slide's form -0.7826
    answer = told(surveyed(scene(slabs((0.97, 0.01, 0.01, 0.01)), classes=NAMES[:4])), 4)
    assert answer["bound slide"].value == NONE
    assert re.search(r"one class has 9[678](\.\d)? % of the prior", answer["bound slide"].remark)
    limits = [f.number for key, f in answer.items() if key.startswith("bound") and f.number]
    assert limits
    assert all(limit.value > 0 for limit in limits)


@pytest.mark.parametrize("latent", [1, 2])
def test_a_collapsed_generator_has_no_small_limit(latent):
    # row 5: the fully collapsed generator would get the smallest "bound"
    answer = told(surveyed(scene(one_class, latent)), 2)
    assert answer["bound slide"].value == NONE
    assert (
        answer["mean"].value == answer["bound partition"].value.removeprefix("≤ ") == "infinite σ"
    )
    assert answer["mean"].remark == "Only a is drawn: there is no other class to reach."
    assert answer["effective"].value.startswith("1.00 of 2")
    assert "b" in answer["missing"].value
    assert not any("\N{MINUS SIGN}" in finding.value for finding in answer.values())


def test_a_falling_limit_is_said_not_to_mean_diversity():
    # row 5: for s > 0.5554 the slide's form falls; (.8, .2) has s = 0.68
    answer = told(surveyed(scene(slabs((0.8, 0.2)))), 2)
    assert "smaller is not more diverse" in answer["bound slide"].remark


def with_a_hole(a, n=100_000):
    """Classes z < -a and z > a, and nothing between (F1, row 20): the counts are the masses."""
    half, tail = n // 2, round(n * float(ndtr(-a)))
    hole = 1 - 2 * tail / n
    shares = np.array([0.5, 0.5])
    clear = np.array([tail, tail])
    result = surveyed(scene(half_space(0.0)))
    masses = PriorMasses(
        shares, shares, shares, np.array([half, half]), clear, HoleMass((hole,) * 3), n, 3
    )
    return told(replace(result, masses=masses), 2)


@pytest.mark.parametrize(("a", "truth"), [(0.5, 1.641078), (2.0, 4.373216)])
def test_classes_with_a_hole_between(a, truth):
    # row 8; F1, row 20: E[r] of the classes is a + phi(a) / Q(a), above the 0.7979 of their masses
    assert a + norm.pdf(a) / norm.sf(a) == pytest.approx(truth, abs=1e-6)
    answer = with_a_hole(a)
    assert answer["bound holes"].number.value == pytest.approx(truth, abs=2e-3)
    assert "outside of the holes" in answer["bound holes"].meaning
    naive = answer["bound partition"]
    assert naive.number.value == pytest.approx(0.797885, abs=1e-4)
    assert naive.number.value < truth
    assert "For classes without their holes only the last line holds." in naive.remark
    bounds = next(c for c in chapters_of(a) if c.key == "bounds")
    assert bounds.findings[-1].key == "bound holes"


def chapters_of(a):
    result = surveyed(scene(half_space(0.0)), codes_of_prior(spread=0.1))
    assert result.masses.hole[0] > 0
    return chapters(result, NAMES[:2])


def test_without_holes_nothing_is_said_of_them_in_the_bounds():
    answer = told(surveyed(scene(half_space(0.0))), 2)
    assert "holes" not in answer["bound partition"].remark
    assert "bound holes" not in answer


def test_a_larger_radius_is_never_said_to_be_less_diverse():
    # row 10: 8 wedges have the lower H2 (2.079) and the smaller E[r] (0.2429) than 62 classes in
    # 62 dimensions (4.127 and 0.2704)
    answer = told(surveyed(scene(wedges(8), classes=NAMES[:8]), n=2048), 8)
    assert answer["mean"].number.value == pytest.approx(0.242941, abs=(10 / 256) ** 2)
    assert answer["collision"].number.low <= math.log(8) <= answer["collision"].number.high
    assert "does not rank diversity" in answer["mean"].remark
    assert "ranked" in answer["collision"].meaning
    radius = [f for key, f in answer.items() if key.startswith(("mean", "quantile", "bound"))]
    for finding in radius:
        assert not re.search(r"(less|more) diverse", finding.meaning), finding.key


# ---- units ----


@pytest.mark.parametrize("deviation", [0.5, 2.5])
def test_lengths_are_in_deviations_of_the_prior(deviation):
    one = told(surveyed(scene(half_space(1.0))), 2)
    answer = told(surveyed(scene(half_space(1.0), deviation=deviation)), 2)
    for key in ("mean", "quantile 0.5", "bound partition"):
        assert answer[key].number.value == pytest.approx(one[key].number.value, abs=1e-3), key
    for key in ("stretch", "steepest"):
        assert answer[key].number.value == pytest.approx(deviation * STRETCH, rel=1e-3)


# ---- the search ----


def test_a_search_is_said_to_be_one():
    answer = told(surveyed(scene(half_space(0.5), 3)), 2)
    assert answer["mean"].value.startswith("≤ ")
    assert "at most this" in answer["mean"].meaning
    assert answer["certified"].remark == ("Not applicable: the layers of this model are not known.")
    assert "no gradient" not in answer["mean"].remark


def test_a_coarse_search_is_said_to_be_one():
    result = surveyed(scene(half_space(0.5), 3))
    answer = told(replace(result, gradient_free=True), 2)
    assert "no gradient" in answer["mean"].remark


def test_one_class_in_many_dimensions_is_what_was_found():
    answer = told(surveyed(scene(one_class, 3)), 2)
    assert answer["mean"].value == "infinite σ"
    assert answer["mean"].remark == "Only a is drawn: no other class was found, however far."


def test_a_sample_that_is_all_hole_gives_no_infinite_floor():
    # kl(q(H) || p(H)) is infinite for the counted p(H) = 1, and finite for the true one below it
    result = surveyed(scene(half_space(0.5)), codes_of_prior())
    counted = replace(
        result.mismatch, sampled=1.0, visited=0.5, floor=Estimate.exact(kl_floor(0.5, 1.0))
    )
    answer = told(replace(result, mismatch=counted), 2)
    assert answer["floor"].value == NONE
    assert "too rare" in answer["floor"].remark


def test_jumps_have_no_stretch():
    result = surveyed(scene(half_space(0.5), decode=lambda z: z[:, None, None].sign()))
    assert told(result, 2)["stretch"].value == NONE
    assert "it jumps" in told(result, 2)["stretch"].remark


def test_a_constant_decoder_has_no_stretch_but_a_value():
    result = surveyed(scene(half_space(0.5), decode=lambda z: 0 * z[:, None, None]))
    assert told(result, 2)["stretch"].number.value == 0


# ---- every text on screen ----


def network():
    made = document(classes=("a", "b"))
    return scene_of(made, "a"), codes_of_prior(), Insides(made.model, made.judge, 0.5)


CASES = {
    "half-space": lambda: (scene(half_space(0.3)), codes_of_prior()),
    "line": lambda: (scene(half_space(0.3), 1), codes_of_prior(latent=1)),
    "cells": lambda: (scene(voronoi([(0.0, 0.0), (1.2, 0.3), (-0.7, 1.1)]), classes=NAMES[:3]),),
    "collapsed": lambda: (scene(one_class), codes_of_prior(spread=0.1)),
    "search": lambda: (scene(half_space(0.3), 3), codes_of_prior(latent=3)),
    "no classes": lambda: (scene(None, classes=()), codes_of_prior()),
    "nothing": lambda: (scene(None, classes=()),),
    "few codes": lambda: (scene(half_space(0.0)), None),
    "network": network,
}


@pytest.fixture(scope="module")
def findings():
    """All that is said on the way, of every case."""
    said = []
    for name, case in CASES.items():
        given = case()
        result = reports(*given)
        if name == "few codes":
            result.append(replace(result[-1], missing={"mismatch": "It needs 20 codes at least."}))
        classes = NAMES[: len(given[0].classes)]
        for one in (result[0], result[len(result) // 2], result[-1]):
            said += [f for chapter in chapters(one, classes) for f in chapter.findings]
    return said


def test_every_finding_has_a_label_a_unit_and_a_meaning(findings):
    assert findings
    for report in findings:
        assert report.label, report
        assert report.meaning.endswith("."), report
        assert report.meaning[0].isupper(), report
        if report.number is not None:
            counted = re.fullmatch(r"(≤ |≥ )?(\S+) of \d+", report.value)
            assert counted or any(report.value.endswith(f" {unit}") for unit in UNITS), report
            assert report.formula, report
            assert report.source, report
        assert bool(report.formula) == bool(report.source), report
        assert "nan" not in report.value.lower(), report
        if report.interval:
            assert re.fullmatch(r"\S+ to \S+|minus infinite to \S+", report.interval), report


def test_what_does_not_apply_says_why_once(findings):
    absent = [report for report in findings if report.value == NONE]
    assert absent
    for report in absent:
        assert report.number is None
        assert re.match(r"Not applicable: \S", report.remark), report
        assert report.remark.lower().count("not applicable") == 1, report
        assert report.remark.endswith("."), report
        assert not report.remark.endswith(".."), report
        assert not re.match(r"Not applicable: [A-Z][a-z]", report.remark), report


def test_no_text_speaks_of_files_or_of_the_program(findings):
    for report in findings:
        text = words(report)
        for word in ("THEORY", ".md", "/home", "None", "nan ", "{", "}", "\N{EM DASH}", "  "):
            assert word not in text, (word, report)


def test_an_empty_survey_has_nothing_to_say():
    assert chapters(Survey(0, 2, 1.0), ()) == ()


# ---- the card of a hole ----


def test_the_verdict_gives_its_reasons():
    # all codes at the mean, a tenth of a deviation wide: two deviations away is a hole
    codes = codes_of_prior(30)
    codes = replace(codes, mean=codes.mean * 0, logvar=codes.logvar * 0 + 2 * math.log(0.1))
    fitted = tuple(
        [f for f in fit_detector(key, scene(half_space(0.0)), codes) if hasattr(f, "calibration")][
            -1
        ]
        for key in ("density", "nearest", "volume")
    )
    far = verdict_findings(verdicts(fitted, torch.tensor([2.0, 0.0])), fitted)
    near = verdict_findings(verdicts(fitted, torch.tensor([0.0, 0.0])), fitted)
    assert [report.value for report in far[:2]] == ["a hole", "a hole"]
    assert near[0].value == near[2].value == "no hole"
    # log p - log q at (2, 0): -2 + 200 + 2 log 0.1
    assert f"{-2 + 200 + 2 * math.log(0.1):.2f} nats" in far[0].remark
    for report in (*far, *near):
        assert report.meaning
        assert report.formula
        assert "cannot see" in report.remark
        assert "  " not in report.remark
    assert "below" in far[2].remark


@pytest.mark.parametrize("key", DETECTORS)
def test_a_detector_names_a_source_that_can_be_read(key):
    result = Verdict(key, 1.0, 2.0, None, False, 0.5, "greater than for 50 % of 9 images held out")
    (answer,) = verdict_findings((result,), ())
    assert answer.value == "no hole"
    for text in (answer.label, answer.meaning, answer.formula, answer.source, answer.remark):
        assert text
        assert "THEORY" not in text
