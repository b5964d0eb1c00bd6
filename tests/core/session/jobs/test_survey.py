"""The geometry in a session: when it is measured, when anew, and when not."""

from dataclasses import replace

import pytest
import torch

from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.config.serialisation import to_json
from lacuna.core.geometry.adversarial.perturbation import PerturbationConfig
from lacuna.core.geometry.radius.exact import RadiusConfig
from lacuna.core.geometry.radius.sampled import SearchConfig
from lacuna.core.scene.codes import Codes
from lacuna.core.session.effort import Effort
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Settings
from lacuna.core.training.config import Cadence, TrainConfig
from tests.core.small_models import DENSE, GRAIN, HASTY, STROKES, codes_of_zero, document
from tests.waiting import settle

SHORT = TrainConfig(epochs=3, batch=16, device="cpu")
ENDLESS = replace(SHORT, epochs=100_000)
SLOW = ("detectors", "survey", "hole_list", "verdicts")


FEW = SearchConfig(points=16, pool=64, search=PerturbationConfig(starts=1, steps=10, rounds=5))
COARSE = Effort(masses=512, survey=MeasureConfig(radius=RadiusConfig(n=64), search=FEW))


@pytest.fixture
def session(engine):
    session = Session(
        engine, run_config=replace(HASTY, cadence=Cadence(snapshots=0.05)), effort=COARSE
    )
    session.set(grain=GRAIN, data=STROKES, model=DENSE, train=SHORT)
    return session


def model(step=0, latent=2, surveyed=False, **more):
    """A model that has never seen its images, as a file; its codes are far from all of the prior"""
    config = replace(DENSE, latent=latent)
    settings = Settings(STROKES, config, SHORT, grain=GRAIN, surveyed=surveyed)
    near = codes_of_zero(60, latent)
    codes = Codes(near.mean * 0.3, near.logvar - 2, near.labels, near.index, step)
    given = {"codes": codes, "settings": to_json(settings)} | more
    return document(config, (1, 28, 28), tuple("0123456789"), step=step, **given)


def calm(session):
    assert session.results.failure is None, session.results.failure.details
    assert session.results.progress == ()


def test_nothing_is_measured_before_it_is_asked_for(session):
    session.files.install(model())
    settle(session)
    calm(session)
    r = session.results
    assert (r.detectors, r.survey, r.hole_list, r.verdicts) == ((), None, None, ())


@pytest.mark.parametrize("latent", [2, 3])
def test_all_is_measured_once_it_is_asked_for(session, latent):
    messages = []
    session.files.install(model(latent=latent))
    settle(session)
    session.watch(
        RESULTS.survey, lambda result: result and messages.append(result.radii is not None)
    )
    session.set(surveyed=True)
    settle(session)
    calm(session)
    assert messages == sorted(messages)  # once: it has waited for the detectors
    r = session.results
    keys = [fitted.key for fitted in r.detectors]
    assert "density" in keys
    assert "realism" in keys
    assert [verdict.key for verdict in r.verdicts] == keys
    assert None not in (r.survey.radii, r.survey.slopes, r.survey.mismatch, r.survey.table)
    assert r.survey.radii.kind == ("exact" if latent == 2 else "searched")
    assert r.survey.masses is r.masses
    assert r.hole_list
    assert r.hole_list[-1].exterior or latent != 2
    if latent > 2:
        assert r.survey.radii.certified is not None or r.survey.missing["certificate"]


def test_a_new_scene_is_measured_anew(session):
    session.files.install(model(step=1, surveyed=True))
    settle(session)
    calm(session)
    assert session.results.survey.step == 1
    before = {name: getattr(session.results, name) for name in SLOW}
    session.files.install(model(step=2, surveyed=True))
    settle(session)
    calm(session)
    r = session.results
    assert r.survey.step == r.survey.masses.step == r.survey.radii.step == 2
    assert all(fitted.step == 2 for fitted in r.detectors)
    assert all(getattr(r, name) is not before[name] for name in SLOW)


def test_while_a_model_trains_nothing_slow_runs(session):
    slow = []
    session.set(surveyed=True, train=ENDLESS)
    session.training.start()
    settle(session, lambda: session.results.run == "training" and session.results.map is not None)
    for name in SLOW:
        session.watch(getattr(RESULTS, name), lambda result: result and slow.append(result))
    step = session.results.training.step
    settle(session, lambda: session.results.training.step > step + 20)
    assert slow == []
    session.training.stop()
    settle(session)
    calm(session)
    assert session.results.survey.step == session.results.document.step
    assert slow


def test_another_detector_draws_and_lists_other_holes(session):
    session.files.install(model())
    session.set(surveyed=True)
    settle(session)
    before = session.results.holes
    assert before.detector == "density"
    for key in ("nearest", "realism", "density"):
        listed = session.results.hole_list
        session.set(detector=key)
        settle(session)
        calm(session)
        assert session.results.holes.detector == key
        assert session.results.hole_list is not listed
    assert (session.results.holes.score == before.score).all()


def test_the_verdicts_follow_the_cursor(session):
    session.files.install(model())
    session.set(surveyed=True)
    settle(session)
    for z in ((0.0, 0.0), (3.0, 3.0)):
        session.set(cursor=z)
        settle(session)
        density = session.results.verdicts[0]
        assert density.key == "density"
        score = session.results.detectors[0].score(torch.tensor([z]))
        assert density.score == pytest.approx(float(score), rel=1e-5)
    assert density.hole  # nothing was sent here


@pytest.mark.parametrize("case", ["no codes", "no classes", "neither", "few codes"])
def test_a_model_that_lacks_much_is_measured_as_far_as_it_goes(session, case, tmp_path):
    away = replace(STROKES, name="mnist", folder=str(tmp_path))  # so that codes are those given
    lacks = {
        "no codes": {"codes": None},
        "no classes": {"judge": None},
        "neither": {"codes": None, "judge": None},
        "few codes": {"codes": replace(codes_of_zero(5), step=0)},
    }[case]
    made = replace(model(data=away), **lacks)
    if made.judge is None:
        made = replace(made, classes=())
    session.files.install(made)
    session.set(surveyed=True)
    settle(session)
    calm(session)
    result = session.results.survey
    assert result.slopes is not None
    assert ("radii" in result.missing) == (made.judge is None)
    assert ("mismatch" in result.missing) == (case != "no classes")


def test_a_file_in_which_it_was_not_asked_for_is_not_measured(session):
    session.files.install(model(step=1, surveyed=True))
    settle(session)
    session.files.install(model(step=2))
    settle(session)
    calm(session)
    assert session.results.survey is None
    assert all(fitted.step == 1 for fitted in session.results.detectors)


def test_what_a_second_survey_has_not_come_to_stays_until_it_ends(session):
    """Of the same scene; nothing of an earlier one stays."""
    session.files.install(model(surveyed=True))
    settle(session)
    first, radii = session.results.survey, []
    end = session.watch(RESULTS.survey, lambda survey: radii.append(survey.radii))
    session.jobs.start("survey")
    settle(session)
    end()
    assert session.results.survey is not first
    assert None not in radii
    assert radii[1] is first.radii
    assert radii[-1] is not first.radii
    session.files.install(model(step=1, surveyed=True))
    settle(session, lambda: session.results.survey is not None)
    assert session.results.survey.radii is None
