"""Two generators compared: by formulas whose diversity and radius are known, and by files."""

import json
import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.cli import main
from lacuna.core.compare.diversity import (
    Compared,
    DiversityComparison,
    compare_diversity,
    compare_with_file,
    radius_text,
    table,
    to_json,
)
from lacuna.core.documents import archive
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.geometry.radius.exact import RadiusConfig
from lacuna.core.geometry.radius.sampled import SearchConfig
from lacuna.core.scene.scene import Scene
from lacuna.core.session.session import Session
from tests.core.small_models import DENSE, HASTY, codes_of_zero, document
from tests.jobs import last
from tests.waiting import settle

GRID = RadiusConfig(n=128)
CONFIG = MeasureConfig(radius=GRID, search=SearchConfig(points=128, pool=1024))
COARSE = MeasureConfig(masses=500, radius=RadiusConfig(n=32))
DIGITS = tuple("0123456789")


def subject(name, logits, classes, latent=2):
    names = tuple(map(str, range(classes)))
    scene = Scene(name, 0, lambda z: z[:, :1, None, None], logits, latent=latent, classes=names)
    return Compared(name, scene, None)


def wedges(z):
    """Eight equal sectors: each is nearest to the direction in its middle."""
    angles = torch.arange(8, dtype=z.dtype) * math.pi / 4
    return z @ torch.stack([angles.cos(), angles.sin()])


def stripes(width, z):
    """Two classes in turns, borders at every multiple of `width`."""
    wave = torch.sin(math.pi * z[:, 0] / width)
    return torch.stack([wave, -wave], 1)


def answers(first, second):
    job = compare_diversity(first, second, CONFIG)
    return [report for report in job if isinstance(report, DiversityComparison)]


@pytest.fixture(scope="module")
def unlike():
    """Eight wedges against the argmax of 62 coordinates."""
    return answers(subject("Wedges", wedges, 8), subject("Argmax", lambda z: z, 62, latent=62))


def test_the_more_diverse_may_be_the_one_of_the_greater_radius(unlike):
    """theory: L10: E[r] = .2429 at H_2 = 2.079, and .2704 at 4.127"""
    first, second = unlike[-1].first, unlike[-1].second
    assert first.entropy.low <= math.log(8) <= first.entropy.high
    assert second.entropy.low <= math.log(62) <= second.entropy.high
    assert first.effective.value == pytest.approx(math.exp(first.entropy.value))
    step = 2 * GRID.reach / GRID.n
    assert first.radius.value == pytest.approx(0.2429, abs=step**2)
    assert second.radius.low <= 0.2704 <= second.radius.high
    assert "Argmax is more diverse than Wedges" in unlike[-1].verdict
    assert "different classes (8 and 62)" in unlike[-1].verdict


def test_a_searched_radius_is_said_to_be_at_most_that(unlike):
    found = unlike[-1]
    assert (found.first.exact, found.second.exact) == (True, False)
    assert radius_text(found.second).startswith("at most ")
    assert "Neither does the class radius rank them" in found.caution
    assert "only known from above" in found.caution
    assert "deeper" not in found.caution


def test_masses_come_first_and_radii_as_they_are_measured(unlike):
    there = [(one.first.radius is None, one.second.radius is None) for one in unlike]
    assert there == [(True, True), (False, True), (False, False)]
    assert unlike[0].caution == ""
    assert unlike[0].verdict == unlike[-1].verdict


def test_equally_diverse_generators_may_have_any_radius():
    """The same row: stripes of two classes have E[r] = w / 4 whatever their H_2 = log 2"""
    wide, narrow = (subject(f"{w}", partial(stripes, w), 2) for w in (1.0, 0.5))
    found = answers(wide, narrow)[-1]
    step = 2 * GRID.reach / GRID.n
    assert found.first.radius.value == pytest.approx(1 / 4, abs=step**2)
    assert found.second.radius.value == pytest.approx(1 / 8, abs=step**2)
    for one in (found.first, found.second):
        assert one.entropy.low <= math.log(2) <= one.entropy.high + 1e-3  # U may be below 1/K
    assert "not told apart" in found.verdict
    assert "different classes" not in found.verdict
    assert found.caution.startswith("The classes of 1.0 are deeper")
    assert "proves nothing about diversity" in found.caution


def test_both_are_measured_on_the_same_draws():
    one = subject("one", wedges, 8)
    found = answers(one, one)[-1]
    np.testing.assert_array_equal(found.first.masses.counts, found.second.masses.counts)
    assert found.first.radius == found.second.radius
    assert (found.first.name, found.second.name) == ("one (first)", "one (second)")
    assert "not told apart" in found.verdict
    assert "equally deep" in found.caution


def test_a_model_without_classes_is_a_problem_that_names_it():
    one, other = subject("one", wedges, 8), subject("other", None, 0)
    with pytest.raises(Problem, match="other has no classes"):
        next(compare_diversity(one, other))


def test_a_model_that_is_told_the_class_has_no_diversity_of_its_own():
    free = subject("Free", wedges, 8)
    told = free._replace(
        name="Told", scene=replace(free.scene, condition=0, conditions=free.scene.classes)
    )
    for pair in ((told, free), (free, told)):
        with pytest.raises(Problem, match=f"{told.name} draws the class that it is asked for"):
            last(compare_diversity(*pair))


def test_what_is_said_is_json_and_a_table(unlike):
    for found in (unlike[0], unlike[-1]):
        again = json.loads(json.dumps(to_json(found), allow_nan=False))
        assert again == to_json(found)
    assert again["second"]["radius_is_exact"] is False
    assert again["first"]["draws"] == again["second"]["draws"] == 10_000
    assert sum(again["second"]["classes"].values()) == pytest.approx(1)
    assert table(again).row_count == 3 + 62


def test_progress_is_told_all_the_way():
    job = compare_diversity(subject("one", wedges, 8), subject("other", wedges, 8), CONFIG)
    texts = [report.text for report in job if isinstance(report, Progress)]
    assert any("radius of other" in text for text in texts)


# ---- files ----


@pytest.fixture
def files(tmp_path):
    paths = tmp_path / "one.lacuna", tmp_path / "two.lacuna"
    for path, hidden in zip(paths, (16, 24), strict=True):
        made = document(replace(DENSE, hidden=hidden), (1, 28, 28), DIGITS)
        archive.save(path, replace(made, codes=codes_of_zero(40)))
    return paths


@pytest.fixture
def called(capsys):
    threads = torch.get_num_threads()

    def call(*words):
        code = main.main(["compare", *map(str, words)], measure_config=COARSE)
        said = capsys.readouterr()
        return code, said.out, said.err

    yield call
    torch.set_num_threads(threads)


def test_the_command_says_who_is_more_diverse_as_json(called, files):
    code, said, _ = called(*files, "--json")
    assert code == 0
    answer = json.loads(said)
    assert "one" in answer["verdict"]
    assert "two" in answer["verdict"]
    assert answer["caution"]
    assert [answer[side]["name"] for side in ("first", "second")] == ["one", "two"]
    assert set(answer["first"]["classes"]) == set(DIGITS)


def test_the_command_prints_both_side_by_side(called, files, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    code, said, _ = called(*files)
    assert code == 0
    for words in (
        "one",
        "two",
        "H_2",
        "effective classes",
        "mean class radius E[r], σ",
        "prior mass of class 9",
    ):
        assert words in said


@pytest.mark.parametrize("place", [0, 1])
def test_a_file_that_is_none_is_one_readable_line(called, files, place):
    files[place].write_bytes(b"no zip")
    code, _, error = called(*files)
    assert code == 1
    assert files[place].name in error
    assert len(error.strip().splitlines()) == 1


def test_a_file_without_a_judge_is_one_readable_line(called, files):
    archive.save(files[1], document(classes=()))
    code, _, error = called(*files)
    assert code == 1
    assert "two has no classes to compare" in error


# ---- in a session ----


@pytest.fixture
def session(engine, files):
    session = Session(engine, run_config=HASTY)
    session.experiments.measure_config = COARSE
    session.files.open(files[0])
    settle(session)
    yield session
    session.close()


def test_a_session_compares_what_it_shows_with_a_file(session, files):
    session.experiments.compare_with(files[1])
    assert dict(session.results.progress)["diversity_comparison"].text == "getting ready"
    settle(session)
    found = session.results.diversity_comparison
    assert (found.first.name, found.second.name) == ("one", "two")
    assert found.second.radius is not None
    assert "diversity_comparison" not in dict(session.results.progress)
    alone = last(compare_with_file(session_subject(session), files[1], COARSE))
    np.testing.assert_array_equal(alone.first.masses.counts, found.first.masses.counts)
    assert alone.verdict == found.verdict


def session_subject(session):
    return Compared("one", session.results.scene, session.results.codes)


def test_another_model_ends_what_was_compared(session, files):
    session.experiments.compare_with(files[1])
    settle(session)
    session.experiments.compare_with(files[1])
    assert session.results.diversity_comparison is None
    session.files.open(files[1])
    settle(session)
    assert session.results.diversity_comparison is None
    assert session.results.failure is None


def test_a_file_that_cannot_be_read_is_a_failure_in_a_sentence(session, files):
    files[1].write_bytes(b"no zip")
    session.experiments.compare_with(files[1])
    settle(session)
    assert session.results.diversity_comparison is None
    assert "two.lacuna" in session.results.failure.sentence
    assert session.results.failure.details == ""
    assert "diversity_comparison" not in dict(session.results.progress)


def test_there_has_to_be_a_model(engine, files):
    session = Session(engine, run_config=HASTY)
    with pytest.raises(Problem, match="no model to compare"):
        session.experiments.compare_with(files[1])
