"""Diagnoses of models whose illness is known, and none of a healthy one."""

from dataclasses import replace

import numpy as np
import pytest

from lacuna.core.analysis.diagnosis.diagnose import diagnose
from lacuna.core.analysis.diagnosis.diagnosis import DiagnosisInputs, remedied
from lacuna.core.analysis.quality.quality import Quality
from lacuna.core.config.fields import check
from lacuna.core.data.dataset import DataConfig
from lacuna.core.data.toy import RING
from lacuna.core.geometry.classes.masses import HoleMass, PriorMasses
from lacuna.core.measures.elbo_surgery import Activity
from lacuna.core.measures.held_out import HeldOut
from lacuna.core.measures.memorisation import memorisation
from lacuna.core.measures.modes import compare_counts, modes
from lacuna.core.models.gan.gan import GANConfig
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.runs.setup import Setup, setup_differences
from lacuna.core.training.config import TrainConfig
from tests.core.small_models import DENSE, STROKES
from tests.jobs import last

TRAIN = TrainConfig(epochs=20)
PLANNED = Setup(STROKES, DENSE, TRAIN)
LOSSES = ((0, {"recon": 80.0, "kl": 6.0}),)
NAMES = ("a", "b", "c", "d")
STEP = 5000
FIGURES = HeldOut(90.0, 0.5, 84.0, 6.0, 0.01, 0.99, 0.97, 1000, STEP)


def gan(**more):
    """The configuration of a GAN whose critic nothing keeps from being sure"""
    return GANConfig(**{"loss": "non-saturating", "penalty": "none"} | more)


def used(*kl):
    kl = np.array(kl)
    return Activity(np.where(kl > 0.1, 1.0, 0.0), kl, 3)


def points(n, seed):
    return np.random.default_rng(seed).normal(size=(n, 8))


def compared(samples):
    """With 100 held out and 300 to train on, all of one law."""
    return last(memorisation(samples, points(100, 1), points(300, 2)))


def counted(*counts):
    return compare_counts(np.array(counts), np.full(4, 100))


def ring(points):
    return modes(points, RING.centres.numpy(), RING.sigma)


HEALTHY = Quality(
    STEP,
    2,
    FIGURES,
    0.06,
    activity=used(3.0, 3.0),
    classes=counted(250, 240, 260, 250),
    memorisation=compared(points(100, 0)),
)


def shares(hole):
    empty = np.zeros(0)
    return PriorMasses(empty, empty, empty, empty, empty, HoleMass(hole), 1000, 3)


def case(quality=HEALTHY, hole=(0.02, 0.01, 0.03), history=LOSSES, model=DENSE, train=TRAIN):
    return DiagnosisInputs(quality, shares(hole), history, model, train, NAMES)


def only(found):
    """The one diagnosis there is"""
    (one,) = diagnose(found)
    return one


def ill(**changes):
    return replace(HEALTHY, **changes)


def test_of_a_healthy_model_there_is_none():
    assert diagnose(case()) == ()


def test_where_nothing_could_be_measured_nothing_is_said():
    assert diagnose(DiagnosisInputs(Quality(0, 2), None, (), DENSE, TRAIN)) == ()


# ---- codes ----


@pytest.mark.parametrize(
    ("train", "model", "said"),
    [
        (TrainConfig(beta=4.0), DENSE, "Set beta to 1"),
        (TrainConfig(epochs=20), DENSE, "Set warm-up to 10 epochs"),
        (TrainConfig(epochs=1), DENSE, "Set warm-up to 1 epoch"),
        (TrainConfig(warmup=2.0), DENSE, "Set free bits to 0.2 nats"),
        (TRAIN, replace(DENSE, likelihood="gaussian"), "Learn the pixel noise"),
    ],
)
def test_a_collapsed_posterior(train, model, said):
    figures = replace(FIGURES, kl=0.01, squared_error=0.06)
    quality = ill(activity=used(0.005, 0.005), held_out=figures)
    found = only(case(quality, train=train, model=model))
    assert (found.key, found.severity) == ("posterior collapse", "serious")
    assert "0.010 nats" in found.number
    assert found.remedy.sentence == said


def test_of_a_collapse_that_all_was_done_against_there_is_no_remedy():
    model = replace(DENSE, free_bits=0.5)
    quality = ill(activity=used(0.0, 0.0))
    assert only(case(quality, model=model, train=TrainConfig(warmup=2.0))).remedy is None


def test_where_beta_weighs_nothing_it_is_no_remedy():
    found = only(case(ill(activity=used(0.0, 0.0)), history=((0, {"recon": 80.0}),)))
    assert found.remedy is None


def test_of_a_small_beta_the_codes_are_drawn_to_the_prior_slowly():
    """At once they would collapse: measured on the ring, see tests/bench/remedies.py"""
    holes = (0.6, 0.55, 0.65)
    found = only(case(hole=holes, train=replace(TRAIN, beta=0.01)))
    assert found.remedy.train == {"beta": 1.0, "warmup": 10.0}
    assert found.remedy.sentence == "Set beta to 1, warmed up"
    slow = only(case(hole=holes, train=replace(TRAIN, beta=0.01, warmup=3.0)))
    assert slow.remedy.train == {"beta": 1.0}
    assert only(case(hole=holes, train=replace(TRAIN, beta=2.0))).remedy is None  # not measured


def test_what_may_not_be_set_is_no_remedy():
    lost = ill(classes=counted(300, 0, 350, 350))
    assert only(case(lost, model=replace(DENSE, latent=256))).remedy.model == {"latent": 512}
    assert only(case(lost, model=replace(DENSE, latent=512))).remedy is None


def test_the_bound_alone_tells_a_collapse_as_well():
    quality = ill(activity=None, held_out=replace(FIGURES, kl=0.05))
    assert only(case(quality)).key == "posterior collapse"


def test_half_of_the_coordinates_idle():
    found = only(case(ill(activity=used(5.0, 0.0))))
    assert (found.key, found.number) == ("idle coordinates", "1 of 2 active")
    assert diagnose(case(ill(activity=used(5.0, 5.0, 0.0)))) == ()


def test_too_high_a_beta():
    quality = ill(held_out=replace(FIGURES, kl=1.0, squared_error=0.05))  # 1 - 5/6 explained
    found = only(case(quality, train=TrainConfig(beta=8.0)))
    assert found.key == "over-regularised"
    assert "16.7 %" in found.number
    assert found.remedy.train == {"beta": 1.0}
    wide = VAEConfig(likelihood="gaussian", deviation=1.0)
    assert only(case(quality, model=wide)).remedy.model == {"likelihood": "learned"}


def test_a_poor_reconstruction_from_full_codes_is_no_matter_of_beta():
    quality = ill(held_out=replace(FIGURES, kl=6.0, squared_error=0.05))
    assert diagnose(case(quality)) == ()


@pytest.mark.parametrize(
    ("hole", "severity"), [((0.15, 0.12, 0.18), "worth a look"), ((0.6, 0.55, 0.65), "serious")]
)
def test_a_prior_in_holes(hole, severity):
    found = only(case(hole=hole))
    assert (found.key, found.severity) == ("holes", severity)
    assert found.remedy.train == {"beta": 2.0}
    assert only(case(hole=hole, history=())).remedy is None  # there is no KL to weigh


def test_holes_that_may_be_chance_are_none():
    assert diagnose(case(hole=(0.12, 0.09, 0.15))) == ()


# ---- samples ----


def test_a_single_class():
    found = only(case(ill(classes=counted(1000, 0, 0, 0)), model=gan()))
    assert (found.key, found.severity) == ("mode collapse", "serious")
    assert found.number == "3 of 4 classes never drawn: b, c, d"
    assert found.remedy.model == {"penalty": "spectral norm"}


def test_one_class_left_out_is_less_serious():
    found = only(case(ill(classes=counted(300, 0, 350, 350))))
    assert (found.key, found.severity) == ("mode collapse", "worth a look")
    assert found.remedy.model == {"latent": 4}


def test_a_class_that_few_draws_miss_by_chance_is_not_lost():
    rare = compare_counts(np.array([60, 40, 0, 0]), np.array([600, 398, 1, 1]))
    assert rare.by_chance > 1.5  # each is missed with (1 - .001)^100 = 0.905
    assert diagnose(case(ill(classes=rare))) == ()


def test_a_single_mode_of_the_ring():
    found = only(case(ill(modes=ring(RING.centres.numpy()[:1].repeat(500, 0)))))
    assert (found.key, found.severity) == ("mode collapse", "serious")
    assert found.number == "1 of 8 modes drawn"


def test_draws_between_the_modes():
    around = np.concatenate([RING.centres.numpy().repeat(50, 0), np.zeros((400, 2))])
    found = only(case(ill(modes=ring(around))))
    assert (found.key, found.number) == ("stray draws", "50.0 % near a mode")


def test_a_memoriser():
    found = only(case(ill(memorisation=compared(points(300, 2)[:100]))))
    assert (found.key, found.severity) == ("memorisation", "serious")
    assert found.number.startswith("100.0 % look like copies")
    assert found.remedy is None


# ---- the critic and the judge ----


def losses(*critic):
    return tuple((step, {"critic": value}) for step, value in enumerate(critic))


def test_a_critic_that_is_too_sure():
    history = losses(*[1.38] * 90, *[0.01] * 10)
    found = only(case(history=history, model=gan()))
    assert (found.key, found.severity) == ("sure critic", "serious")
    assert "0.010 of 1.386 nats" in found.number
    assert found.remedy.model == {"penalty": "spectral norm"}
    held = gan(penalty="spectral norm")
    assert only(case(history=history, model=held)).remedy is None


@pytest.mark.parametrize(
    ("history", "model"),
    [
        (losses(*[1.38] * 99, 0.01), gan()),  # one jump
        (losses(*[0.01] * 10), gan(loss="wasserstein")),  # it has no such limit
        (losses(*[0.01] * 10), DENSE),
        ((), gan()),
    ],
)
def test_a_critic_that_is_not(history, model):
    assert diagnose(case(history=history, model=model)) == ()


def test_a_judge_that_does_not_know_reconstructions():
    found = only(case(ill(held_out=replace(FIGURES, accuracy_decoded=0.7))))
    assert (found.key, found.severity) == ("drawings", "worth a look")
    assert found.number == "right on 70.0 % of reconstructions, 99.0 % of images"


def test_a_judge_that_errs_on_images():
    found = only(case(ill(held_out=replace(FIGURES, accuracy=0.5, accuracy_decoded=0.5))))
    assert (found.key, found.severity, found.remedy) == ("judge", "serious", None)


# ---- remedies ----


def everything_wrong():
    return case(
        ill(
            activity=used(0.0, 0.0),
            classes=counted(1000, 0, 0, 0),
            modes=None,
            memorisation=compared(points(300, 2)[:100]),
            held_out=replace(FIGURES, accuracy_decoded=0.5),
        ),
        (0.6, 0.55, 0.65),
    )


def test_the_serious_comes_first():
    found = diagnose(everything_wrong())
    assert [one.key for one in found] == ["posterior collapse", "memorisation", "holes"]
    order = [one.severity == "serious" for one in found]
    assert order == sorted(order, reverse=True)


def test_every_remedy_is_a_setting_that_there_is_and_changes_something():
    found = [one.remedy for one in diagnose(everything_wrong()) if one.remedy is not None]
    assert len(found) == 2
    for remedy in found:
        target = remedied(remedy, PLANNED, PLANNED)
        check(target.model)
        check(target.train)
        assert setup_differences(PLANNED, target)


# ---- what follows from what ----


def roots_and_rest(found):
    return {one.key: [below.key for below in one.consequences] for one in diagnose(found)}


def test_what_follows_stands_under_what_it_comes_from_and_has_no_remedy():
    found, *_ = diagnose(everything_wrong())
    assert [one.key for one in found.consequences] == ["drawings", "mode collapse"]
    assert all(one.remedy is None for one in found.consequences)


def test_classes_that_a_judge_who_errs_does_not_see_are_his_verdict():
    lost = {"classes": counted(1000, 0, 0, 0)}
    errs = ill(**lost, held_out=replace(FIGURES, accuracy=0.5, accuracy_decoded=0.5))
    assert roots_and_rest(case(errs)) == {"judge": ["mode collapse"]}
    unsure = ill(**lost, held_out=replace(FIGURES, accuracy_decoded=0.5))
    (found,) = diagnose(case(unsure))
    assert (found.key, [one.key for one in found.consequences]) == ("drawings", ["mode collapse"])
    assert (found.severity, found.brings) == ("serious", "As unsure")


def test_what_an_encoder_that_came_afterwards_redraws_badly_is_the_generators_fault():
    unbound = replace(FIGURES, negative_elbo=None, kl=None, accuracy_decoded=0.5)
    lost = ill(classes=counted(1000, 0, 0, 0), activity=None, held_out=unbound)
    assert roots_and_rest(case(lost, model=gan())) == {"mode collapse": ["drawings"]}
    sure = case(lost, history=losses(*[0.01] * 10), model=gan())
    assert roots_and_rest(sure) == {"sure critic": ["drawings", "mode collapse"]}


def test_modes_are_counted_without_a_judge():
    one_mode = ring(RING.centres.numpy()[:1].repeat(500, 0))
    errs = replace(FIGURES, accuracy=0.5, accuracy_decoded=0.5)
    found = roots_and_rest(case(ill(modes=one_mode, held_out=errs)))
    assert found == {"judge": [], "mode collapse": []}
    between = ring(np.zeros((400, 2)))
    assert roots_and_rest(case(ill(modes=between))) == {"mode collapse": ["stray draws"]}


def test_after_few_steps_the_first_remedy_is_to_train_longer():
    lost = ill(step=393, classes=counted(1000, 0, 0, 0))
    assert only(case(lost, model=gan())).remedy.train == {"epochs": 40}


def test_points_of_the_plane_need_no_more_than_two_coordinates():
    """Whether their density is known or not"""
    lost = case(ill(classes=counted(300, 0, 350, 350)))
    assert only(lost).remedy.model == {"latent": 4}
    assert only(replace(lost, plane=True)).remedy is None
    assert only(replace(lost, plane=True, model=replace(DENSE, latent=1))).remedy.model == {
        "latent": 2
    }
    assert only(replace(lost, plane=True, quality=replace(lost.quality, step=393))).remedy.train


def test_a_remedy_is_for_the_model_that_was_measured():
    """What was planned besides stays; where other data or another kind were planned, these go."""
    remedy = only(case(ill(classes=counted(300, 0, 350, 350)))).remedy
    planned = replace(PLANNED, model=replace(DENSE, hidden=99), train=TrainConfig(epochs=3))
    target = remedied(remedy, planned, PLANNED)
    assert target == replace(planned, model=replace(DENSE, hidden=99, latent=4))
    assert [str(one) for one in setup_differences(planned, target)] == ["Latent size: 2 → 4"]
    other = Setup(DataConfig("ring"), gan(), TrainConfig(epochs=3))
    target = remedied(remedy, other, PLANNED)
    assert target == replace(PLANNED, model=replace(DENSE, latent=4))
    changed = [one.label for one in setup_differences(other, target)]
    assert changed == ["Data", "Kind of model", "Latent size", "Networks", "Hidden units", "Epochs"]
