"""The experiment with penalties: the same run as ever, honest figures, and what is said of them."""

import json
import math
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.autograd.functional import jacobian

from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.cli import main
from lacuna.core.compare.changes import Experiment, changes, sentence, sentences
from lacuna.core.compare.experiment import (
    OmegaConfig,
    omega_experiment,
    save_experiment,
    with_penalties,
)
from lacuna.core.compare.experiment_report import table, to_json
from lacuna.core.compare.figure_table import FIGURES, row_title, texts
from lacuna.core.compare.model_figures import ModelFigures, encoder_slopes
from lacuna.core.compare.significance import paired_change, significant_change
from lacuna.core.data.dataset import Batch
from lacuna.core.documents import archive
from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.figures.estimate import Estimate, mean_of
from lacuna.core.geometry.radius.exact import RadiusConfig
from lacuna.core.geometry.radius.sampled import SearchConfig
from lacuna.core.models.registry import build
from lacuna.core.runs.fit import Plan, Trained, fit
from lacuna.core.training.config import Cadence, TrainConfig
from tests.core.command_line import options
from tests.core.small_models import DENSE, HASTY, SHAPE, dataset, document, equal, images
from tests.jobs import last, returned

IMAGES = dataset()
SLIDES = replace(DENSE, omega=30.0, weight_clip=0.3)
CONFIG = TrainConfig(epochs=2, batch=16, device="cpu")  # 8 steps


# few points and a coarse grid: figures enough for what is said of them here
COARSE = MeasureConfig(
    masses=500, slopes=40, radius=RadiusConfig(n=32), search=SearchConfig(points=8, pool=64)
)


def experiment(after=SLIDES, data=IMAGES, config=CONFIG, **more):
    return omega_experiment(data, after, config, run_config=HASTY, measure_config=COARSE, **more)


def reports(*args, **more):
    return [report for report in experiment(*args, **more) if isinstance(report, Experiment)]


@pytest.fixture(scope="module")
def done():
    return reports()


# ---- the trainings ----


@pytest.mark.parametrize("name", ["before", "after"])
def test_each_side_is_a_plain_run_of_that_seed(done, name):
    """The very run of `fit`, bit for bit: measuring draws nothing from it."""
    config = DENSE if name == "before" else SLIDES
    plan = Plan(IMAGES.config, config)
    alone = last(
        r for r in fit(plan, lambda: CONFIG, IMAGES, run_config=HASTY) if isinstance(r, Trained)
    )
    side = getattr(done[-1], name)
    assert side.document.config == config
    assert equal(side.document.model, alone.document.model)
    assert equal(side.document.judge, alone.document.judge)
    assert side.document.train == CONFIG
    assert len(side.document.codes.mean) == 50


def test_the_sides_differ_by_their_penalties_alone(done):
    one, other = done[-1].before.document, done[-1].after.document
    assert replace(one.config, omega=30.0, weight_clip=0.3) == other.config
    assert one.judge is other.judge
    assert not equal(one.model, other.model)
    assert max(part.abs().max() for part in other.model.parameters()) <= torch.tensor(0.3)


def test_it_is_told_as_it_comes(done):
    assert [(r.before is None, r.after is None) for r in done] == [(False, True), (False, False)]
    assert "nothing is compared yet" in sentence(done[0])


def test_the_same_seed_says_the_same(done):
    assert to_json(reports()[-1]) == to_json(done[-1])


def test_without_a_penalty_there_is_nothing_to_compare():
    with pytest.raises(Problem, match="nothing to compare"):
        next(omega_experiment(IMAGES, DENSE, CONFIG))


def test_images_that_are_not_given_are_loaded(monkeypatch):
    """And an error in the configuration is told before any is."""
    requests = []

    def load(config):
        requests.append(config)
        yield Progress(0.5, "loading")
        yield IMAGES

    monkeypatch.setattr("lacuna.core.runs.fit.load", load)
    with pytest.raises(Problem, match="nothing to compare"):
        next(omega_experiment(IMAGES.config, DENSE, CONFIG))
    assert requests == []
    job = experiment(data=IMAGES.config)
    assert next(job).text == "loading"
    assert requests == [IMAGES.config]
    with pytest.raises(StopIteration):
        job.send("stop")


def test_what_is_varied_and_all_else_stays():
    model, train = with_penalties(OmegaConfig(3, 7.0, 0.5, 9), replace(DENSE, latent=4), CONFIG)
    assert model == replace(DENSE, latent=4, omega=7.0, weight_clip=0.5)
    assert train == replace(CONFIG, epochs=3, seed=9)
    assert with_penalties(OmegaConfig(), DENSE, CONFIG)[0] == SLIDES  # the slides' own


def test_every_model_is_kept_at_its_end_and_once_it_is_measured():
    kept = []
    reports(keep=lambda name, document: kept.append((name, document.codes is not None)))
    assert kept == [("before", False), ("before", True), ("after", False), ("after", True)]


@pytest.mark.parametrize(
    ("stage", "answers"),
    [
        ("judge", 0),
        ("training the model before", 0),
        ("measuring the model before", 0),
        ("training the model after", 1),
        ("measuring the model after", 1),
    ],
)
def test_asked_to_stop_it_ends_with_what_is_measured(stage, answers):
    job, result, word = experiment(), [], None
    next(job)
    for _ in range(10**6):
        try:
            said = job.send(word)
        except StopIteration:
            break
        result += [said] if isinstance(said, Experiment) else []
        if isinstance(said, Progress) and stage in said.text:
            word = "stop"
    assert word == "stop"
    assert len(result) == answers
    assert all(report.after is None for report in result)


def test_a_pause_in_the_training_changes_nothing(done):
    job, result, word = experiment(), None, None
    next(job)
    while result is None or result.after is None:
        said = job.send(word)
        word = "pause" if said is None and word is None else None
        result = said if isinstance(said, Experiment) else result
    assert equal(result.after.document.model, done[-1].after.document.model)


# ---- the figures ----


@pytest.mark.parametrize("name", ["before", "after"])
def test_figures_lie_in_their_intervals(done, name):
    side = getattr(done[-1], name)
    for figure in FIGURES:
        result = getattr(side, figure)
        assert result.low <= result.value <= result.high, figure
    assert sum(share.value for share in side.shares) == pytest.approx(1)
    assert side.decoder_slope.value <= side.steepest
    assert side.radius.value <= side.bound.high  # E[r] <= sum F(p_i) (theory: A3)
    assert side.entropy.value <= math.log(2) + 0.02  # of two classes, and U is without bias
    assert 0 <= side.hole.value <= 1


def test_the_reconstruction_is_that_of_the_images_held_out(done):
    """Of the posterior means it is nearly that: one draw of ten narrow posteriors each."""
    side = done[-1].before
    assert side.recon.low <= side.document.measures["recon"] <= side.recon.high


def test_samples_are_of_the_same_points_of_the_prior(done):
    before, after = done[-1].before, done[-1].after
    z = torch.randn(40, 2, generator=torch.Generator().manual_seed(0))
    for side in (before, after):
        assert side.samples.shape == (40, *SHAPE)
        with torch.no_grad():
            np.testing.assert_array_equal(side.samples, side.document.model.decode(z).numpy())


def test_the_slope_of_a_linear_encoder_is_its_norm():
    weight = torch.randn(3, 64, dtype=torch.float64)

    def encode(x):
        mean = x.flatten(1) @ weight.mT + 1
        return mean, torch.zeros_like(mean)

    result = returned(encoder_slopes(encode, images(5).double()))
    torch.testing.assert_close(result, torch.linalg.matrix_norm(weight, 2).expand(5))


@pytest.mark.parametrize("body", ["conv", "dense"])
def test_the_slope_of_an_encoder_is_that_of_its_jacobian(body):
    model, x = build(replace(DENSE, body=body), SHAPE), images(4)
    result = returned(encoder_slopes(model.encode, x))
    for image, slope in zip(x, result, strict=True):
        rows = jacobian(lambda one: model.encode(one[None])[0][0], image).flatten(1)
        assert slope.item() == pytest.approx(np.linalg.norm(rows.numpy(), 2), rel=1e-5)
    assert not any(part.grad is not None for part in model.parameters())


def test_a_mean_and_its_error():
    """Of 0 and 2: mean 1, deviation sqrt 2, standard error 1"""
    result = mean_of(np.array([0.0, 2.0]))
    assert (result.value, result.low, result.high) == pytest.approx((1, -0.96, 2.96))
    assert mean_of(np.array([3.0])) == Estimate(3.0, -math.inf, math.inf)
    assert mean_of(np.array([3.0, math.inf])) == Estimate(math.inf, math.inf, math.inf)


def test_without_classes_there_is_less_to_say():
    result = reports(data=dataset(classes=()))[-1]
    for side in (result.before, result.after):
        assert side.shares == ()
        assert side.entropy is side.radius is side.bound is None
    assert set(changes(result.before, result.after)) == {
        "recon",
        "encoder_slope",
        "decoder_slope",
        "hole",
    }
    assert "Classes" not in sentence(result)
    assert "radius" not in to_json(result)["before"]


def test_in_three_dimensions_the_radius_is_searched_and_not_taken_for_proof():
    result = reports(after=replace(SLIDES, latent=3))[-1]
    assert not result.before.exact
    assert result.before.radius.value > 0  # infinite where one class alone is drawn
    text = sentence(Experiment(side("before", exact=False), side("after", exact=False)))
    assert "mean class radius, at most (" in text
    assert "neither proven nor refuted" in text
    assert "Classes did" not in text
    assert to_json(result)["after"]["radius_is_exact"] is False


def test_without_images_held_out_those_of_the_training_stand_in():
    none = replace(IMAGES, test=Batch(images(0), None))
    assert reports(data=none)[-1].after.recon.value > 0


def test_a_great_penalty_makes_the_encoder_flat_and_collapses_the_means():
    """theory: D12: the least omega is that of a constant, which the figures have to show."""
    longer = replace(CONFIG, epochs=60, rate=1e-2)
    result = reports(after=replace(DENSE, omega=3e4), config=longer)[-1]
    assert changes(result.before, result.after)["encoder_slope"] == "lower"
    assert result.after.document.codes.mean.var(0).max() < 0.01  # no active unit (Burda et al.)
    assert "encoder slope" in parted(sentence(result))[0]


# ---- what is said ----

numbers = st.integers(-1000, 1000).map(float)  # whose differences are exact
parts = st.lists(numbers, min_size=3, max_size=3).map(sorted)
estimates = parts.map(lambda part: Estimate(part[1], part[0], part[2]))


@given(estimates, estimates)
def test_the_comparison_is_antisymmetric(one, other):
    turned = {"lower": "higher", "higher": "lower", "not told apart": "not told apart"}
    assert significant_change(other, one) == turned[significant_change(one, other)]
    assert significant_change(one, one) == "not told apart"


@given(estimates, estimates)
def test_what_is_told_apart_is_outside_the_other_interval(one, other):
    """And whatever has disjoint intervals is told apart: hypot(a, b) <= a + b"""
    if significant_change(one, other) == "higher":
        assert other.value > one.high
        assert one.value < other.low
    if other.low > one.high:
        assert significant_change(one, other) == "higher"


def test_of_independent_normal_means_one_in_twenty_is_told_apart_by_chance():
    """With z = 1.96 on the difference: 5 % of 4000, within 4 standard errors (1.4 %)"""
    draws = np.random.default_rng(0).normal(size=(4000, 2))
    rows = [[Estimate(x, x - 1.96, x + 1.96) for x in pair] for pair in draws]
    wrong = np.mean([significant_change(*pair) != "not told apart" for pair in rows])
    assert abs(wrong - 0.05) < 0.014


def test_at_the_same_points_a_small_change_is_seen():
    """Of values between 0 and 1000: +1 at each with an error of 0.1 is sure, in means it is not"""
    random = np.random.default_rng(0)
    one = 1000 * random.random(100)
    other = one + 1 + 0.1 * random.standard_normal(100)
    assert paired_change(one, other) == "higher"
    assert paired_change(other, one) == "lower"
    assert significant_change(mean_of(one), mean_of(other)) == "not told apart"
    assert paired_change(one, one) == "not told apart"


def test_slopes_and_reconstructions_are_compared_at_the_same_points(done):
    before, after = done[-1].before, done[-1].after
    assert set(before.points) == set(after.points) == {"recon", "encoder_slope", "decoder_slope"}
    for name, values in before.points.items():
        assert mean_of(values) == getattr(before, name)
        assert values.dtype == after.points[name].dtype == np.float64
        assert changes(before, after)[name] == paired_change(values, after.points[name])


def test_infinities_are_compared():
    inf, sure = Estimate(math.inf, math.inf, math.inf), Estimate(1.0, 0.5, 1.5)
    assert significant_change(sure, inf) == "higher"
    assert significant_change(inf, sure) == "lower"
    assert significant_change(inf, inf) == "not told apart"
    assert significant_change(Estimate(math.inf, 2.0, math.inf), sure) == "not told apart"


def parted(message):
    """What a sentence says is lower, what higher, and what is not told apart."""
    rest, same = message.split("Not told apart:")
    lower, higher = rest.split("Lower:")[1].split("Higher:")
    return lower, higher, same.split(". ")[0]


def side(name, exact=True, **figures):
    config = DENSE if name == "before" else SLIDES
    values = {key: Estimate(1.0, 0.9, 1.1) for key in FIGURES} | figures
    shares = (Estimate(0.5, 0.4, 0.6), Estimate(0.5, 0.4, 0.6))
    return ModelFigures(
        name=name,
        document=document(config, classes=("[red]", "[/x]")),
        shares=shares,
        steepest=2.0,
        exact=exact,
        samples=np.zeros((0, *SHAPE)),
        points={},
        **values,
    )


def compared(**figures):
    before, after = side("before"), side("after", **figures)
    return Experiment(before, after)


@pytest.mark.parametrize(
    ("value", "purpose"),
    [(0.5, "did come closer"), (1.5, "the opposite"), (1.05, "did not come measurably closer")],
)
def test_the_sentence_judges_the_purpose_by_the_radius(value, purpose):
    result = compared(radius=Estimate(value, value - 0.1, value + 0.1))
    assert purpose in sentence(result)
    penalties = "With an encoder slope penalty of 30 and weights of at most 0.3."
    assert penalties in sentence(result)
    assert "seed 0" in sentence(result)


def test_the_sentence_names_every_figure_once_and_where_it_belongs():
    low, high = Estimate(0.2, 0.1, 0.3), Estimate(0.6, 0.5, 0.7)
    result = compared(encoder_slope=low, decoder_slope=Estimate(3.0, 2.9, 3.1), hole=high)
    text = sentence(result)
    lower, higher, rest = parted(text)
    assert "encoder slope (1.00 to 0.20)" in lower
    assert "prior mass in holes (100.0 % to 60.0 %)" in lower
    assert "decoder slope (1.00 to 3.00)" in higher
    for name in ("recon", "radius", "bound", "entropy"):
        assert FIGURES[name].label in rest
        assert FIGURES[name].label not in lower + higher


def test_a_sentence_where_nothing_or_everything_moved():
    assert "Lower: nothing. Higher: nothing." in sentence(compared())
    moved = {name: Estimate(5.0, 4.9, 5.1) for name in FIGURES}
    assert "Not told apart: nothing." in sentence(compared(**moved))


def test_what_is_written_is_json_even_where_a_radius_is_infinite():
    result = to_json(compared(radius=Estimate(math.inf, math.inf, math.inf)))
    again = json.loads(json.dumps(result, allow_nan=False))
    assert again == result
    assert again["after"]["radius"]["value"] == "inf"
    assert again["changes"]["radius"] == "higher"
    assert table(again).row_count == len(FIGURES) + 2


def test_infinite_figures_are_read_as_words():
    infinite = Estimate(math.inf, math.inf, math.inf)
    text = sentence(compared(radius=infinite))
    assert "mean class radius (1.00 to infinite)" in text
    assert "cannot be told" in text
    assert "the opposite" not in text


def test_of_a_model_that_draws_one_class_no_verdict_is_given():
    alone = replace(side("before"), shares=(Estimate(0.99, 0.98, 1.0), Estimate(0.01, 0.0, 0.02)))
    result = Experiment(alone, side("after", radius=Estimate(3.9, 2.3, 5.4)))
    verdict = sentences(result)[0]
    assert "The model before draws one class nearly alone, from 99.0 % of the prior" in verdict
    assert "the opposite" not in verdict
    assert changes(result.before, result.after)["radius"] == "higher"  # the figure itself stays


def test_a_radius_above_its_bound_is_explained():
    """3.876 in 2.329 to 5.423 against 3.479: the intervals overlap, no theorem is broken"""
    above = compared(radius=Estimate(3.876, 2.329, 5.423), bound=Estimate(3.479, 3.075, 3.882))
    assert "The mean class radius after is above its bound" in sentences(above)[2]
    below = compared(radius=Estimate(3.0, 2.3, 3.7), bound=Estimate(3.479, 3.075, 3.882))
    assert "above its bound" not in sentences(below)[2]


def test_a_figure_is_as_precise_as_it_is_sure():
    """Half of an interval is at least two units of the last decimal, and zeros are kept"""
    recon = Estimate(375.4, 371.6, 379.2)
    assert texts(FIGURES["recon"], recon, None) == [("375", "372 to 379"), ("", "")]
    slope = Estimate(0.6314, 0.6308, 0.632)
    assert texts(FIGURES["encoder_slope"], slope) == [("0.6314", "0.6308 to 0.6320")]
    hole = Estimate(0.0667, 0.0601, 0.0749)
    assert texts(FIGURES["hole"], hole) == [("6.7 %", "6.0 to 7.5")]


def test_figures_of_one_row_have_as_many_decimals():
    rough, fine = Estimate(0.0285, 0.0238, 0.0332), Estimate(0.0004, 0.0, 0.00096)
    assert texts(FIGURES["entropy"], rough, fine) == [
        ("0.0285", "0.0238 to 0.0332"),
        ("0.0004", "0.0000 to 0.0010"),
    ]


def test_a_figure_has_its_unit_once():
    assert row_title(FIGURES["hole"]) == "Prior mass in holes"
    assert row_title(FIGURES["radius"]) == "Mean class radius, σ"


def test_an_experiment_is_saved_into_a_folder_of_its_own(done, tmp_path):
    folder = tmp_path / "new" / "both"
    assert last(save_experiment(folder, done[-1])).path == folder
    assert json.loads((folder / "results.json").read_text()) == to_json(done[-1])
    for name in ("before", "after"):
        shown = getattr(done[-1], name).document
        assert equal(archive.load(folder / f"{name}.lacuna").model, shown.model)
    with pytest.raises(Problem, match="of another run"):
        last(save_experiment(folder, done[-1]))


def test_half_an_experiment_is_saved_too(done, tmp_path):
    last(save_experiment(tmp_path / "half", done[0]))
    assert sorted(path.name for path in (tmp_path / "half").iterdir()) == [
        "before.lacuna",
        "results.json",
    ]


# ---- the command ----

SMALL = options(count=60, body="dense", hidden=8, batch=16, device="cpu", epochs=1)


@pytest.fixture
def called(capsys):
    threads = torch.get_num_threads()

    def call(*words, run_config=HASTY):
        code = main.main(["experiment", "omega", *map(str, words)], run_config)
        answer = capsys.readouterr()
        return code, answer.out, answer.err

    yield call
    torch.set_num_threads(threads)


def test_the_command_writes_both_models_and_the_results(called, tmp_path):
    folder = tmp_path / "new" / "folder"
    code, output, _ = called("--out", folder, "--seed", 3, "--json", *SMALL)
    assert code == 0
    answer = json.loads(output)
    assert answer == json.loads((folder / "results.json").read_text())
    assert sorted(path.name for path in folder.iterdir()) == [
        "after.lacuna",
        "before.lacuna",
        "results.json",
    ]
    before, after = (archive.load(folder / f"{name}.lacuna") for name in ("before", "after"))
    assert (before.config.omega, before.config.weight_clip) == (0, 0)
    assert (after.config.omega, after.config.weight_clip) == (30, 0.3)
    assert before.train.seed == after.train.seed == answer["after"]["seed"] == 3
    assert before.codes is not None
    assert after.codes is not None
    assert [len(answer[name]["classes"]) for name in ("before", "after")] == [10, 10]

    code, _, error = called("--out", folder, *SMALL)
    assert code == 1
    assert "of another run" in error


def test_the_command_prints_both_side_by_side(called, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    code, output, _ = called("--out", tmp_path, "--omega", 300, "--weight_clip", 0, *SMALL)
    assert code == 0
    for figure in FIGURES.values():
        assert row_title(figure) in output
    assert "an encoder slope penalty of 300." in output


def test_ctrl_c_keeps_what_is_done(called, tmp_path, monkeypatch):
    """The signal comes while the second model is trained."""
    save, sent = archive.save, []

    def saved(path, document):
        save(path, document)
        if path.name == "after.lacuna" and not sent:
            sent.append(signal.raise_signal(signal.SIGINT))

    monkeypatch.setattr("lacuna.core.documents.archive.save", saved)
    often, more = replace(HASTY, cadence=Cadence(checkpoints=0.0)), SMALL[:-1]
    code, output, _ = called("--out", tmp_path, "--json", *more, 4, run_config=often)
    assert code == 1
    answer = json.loads(output)
    assert answer["after"] is None
    assert answer["finished"] is False
    assert answer == json.loads((tmp_path / "results.json").read_text())
    assert archive.load(tmp_path / "before.lacuna").codes is not None
    half = archive.load(tmp_path / "after.lacuna")
    assert half.config.omega == 30
    assert 0 < half.checkpoint.step < 16


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--omega", 0, "--weight_clip", 0), "nothing to compare"),
        (("--omega", -1), "at least 0"),
        (("--latent", 0), "at least 1"),
        (("--count", 1), "too few"),
    ],
)
def test_a_problem_is_one_sentence(called, tmp_path, words, message):
    code, _, error = called("--out", tmp_path, *SMALL, *words)
    assert code == 1
    assert message in error
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_a_file_is_a_problem(called, tmp_path):
    (tmp_path / "file").touch()
    code, _, error = called("--out", tmp_path / "file" / "folder", *SMALL)
    assert code == 1
    assert "could not be written" in error
