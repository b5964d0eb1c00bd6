"""What is in the results belongs to the scene that is shown, whatever was shown before it."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lacuna.core.data.dataset import DataConfig
from lacuna.core.models.registry import build
from lacuna.core.models.vae.conditional_vae import CVAEConfig
from lacuna.core.runs.follow import Followed
from lacuna.core.scene.scene import Scene
from lacuna.core.session.belonging import is_late, on_time, origin_of, settled
from lacuna.core.session.fields import RESULTS, as_field, result_field
from lacuna.core.session.recipes import RECIPES
from lacuna.core.session.results import Results
from lacuna.core.session.settings import Settings
from lacuna.core.session.state import Origin, State
from tests.core.session.small_session import SIDE, calm, untrained
from tests.core.small_models import DENSE, STROKES, codes_of_zero, dataset
from tests.waiting import settle

CONDITIONAL = CVAEConfig(body="dense", hidden=16)
SOLID = replace(DENSE, latent=3)
DETECTORS = ("density", "nearest", "entropy")
NO_IMAGES = DataConfig("npz", "nowhere.npz")
SEEDS = range(3)
ANSWERS = frozenset(map(result_field, RECIPES))


# ---- the property: any way through models, steps, conditions, detectors and data ----


class Walk:
    """Goes from model to model at random, and looks at the state at each change."""

    def __init__(self, session, seed):
        self.session, self.random, self.seen = session, random.Random(seed), set()
        self.models = (
            model(1),
            model(2),
            model(3, classes=(), data=NO_IMAGES, codes=codes_of_zero(30)),
            model(4, SOLID),
            model(5, CONDITIONAL),
        )
        inner = session.store.changed
        session.store.changed = lambda fields: (self.look(), inner(fields))

    def go(self):
        act = self.random.choice((self.open, self.hold, self.choose, self.condition, self.follow))
        act()
        until = self.random.choice((None, self.busy, self.mapped, self.mapped))
        settle(self.session, until)

    def busy(self):
        return True

    def mapped(self):
        """In the middle of it: the map is there, and other things may be not."""
        return self.session.results.map is not None or not self.session.engine.busy("main")

    def open(self):
        self.session.files.install(self.random.choice(self.models))
        ends = {"start": (0.5,) * self.latent, "end": (-0.5,) * self.latent}
        self.session.history.adjust(**ends, picked=(0.1,) * self.latent, surveyed=True)

    @property
    def latent(self):
        return len(self.session.settings.cursor)

    def hold(self):
        steps = [scene.step for scene in self.session.results.timeline]
        self.session.set(step=self.random.choice([None, *steps]))

    def choose(self):
        self.session.set(detector=self.random.choice(DETECTORS))

    def condition(self):
        self.session.set(condition=self.random.randrange(10))

    def follow(self):
        """Another program trains one, and has come two steps further."""
        for _ in range(2):
            step = 1 + len(self.session.results.timeline)
            self.session.files.followed(Followed(model(10 + step, step=step), Path("run.lacuna")))

    def look(self):
        state = self.session.store.state
        for name in RECIPES:
            if not missing(name, state.results):
                self.seen.add(name)
                self.belongs(name, state)
        if state.results.scene is not None:
            self.images(state.results)

    def belongs(self, name, state):
        scene, shown = state.origins[name].scene, state.origins[name].shown_in(state)
        assert scene is None or (scene.id, scene.condition) == (shown.id, shown.condition), name
        assert scene in (None, shown) or result_field(name) in state.results.late, name
        assert state.origins[name].detector in (None, state.settings.detector), name

    def images(self, results):
        """Whatever the session says of itself: images are those that the shown model draws."""
        for answer in (RESULTS.sample, RESULTS.straight, RESULTS.samples, RESULTS.picked):
            value = on_time(results, answer)
            if value is not None:
                z, image = drawn(value)
                with torch.no_grad():
                    expected = results.scene.decode(torch.tensor(z, dtype=torch.float32)[None])[0]
                np.testing.assert_allclose(image, expected, atol=1e-5, err_msg=str(answer))


def model(seed, config=DENSE, **more):
    """An untrained one of weights of its own; all are of step 1, unless it is said."""
    untrained_one = untrained(config, **{"step": 1} | more)
    weights = build(config, SIDE, seed, len(untrained_one.classes)).eval().requires_grad_(False)
    return replace(untrained_one, model=weights)


def missing(name, results):
    return getattr(results, name) in (None, ())


def drawn(answer):
    """A place, and the image that an answer shows for it."""
    images = getattr(answer, "images", None)
    if images is not None:
        return answer.z[0], images[0]
    return answer.z, answer.image if hasattr(answer, "image") else answer.reconstruction


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_shown_belongs_to_the_shown_scene(session, seed):
    walk = Walk(session, seed)
    walk.open()
    for _ in range(12):
        walk.go()
    session.files.install(walk.models[0])
    settle(session)
    calm(session)
    assert session.results.late == {}
    assert walk.seen >= {"sample", "samples", "map", "codes", "cloud", "holes", "masses", "plane"}


# ---- steps ----


def followed(session, steps):
    """A timeline of these steps, at rest."""
    for step in steps:
        session.files.followed(Followed(model(step, step=step), Path("run.lacuna")))


def test_what_is_of_another_step_is_late_until_it_is_made_anew(session):
    followed(session, (1, 2, 3))
    settle(session)
    assert session.results.late == {}
    session.set(step=2)
    late = session.results.late
    assert late[RESULTS.map] == late[RESULTS.codes] == late[RESULTS.samples] == 3
    assert on_time(session.results, RESULTS.map) is None
    settle(session, lambda: RESULTS.map not in session.results.late)
    assert session.results.map.step == 2
    settle(session)
    assert set(session.results.late) <= {RESULTS.measured}  # of the document alone


def test_an_answer_that_was_begun_before_is_of_what_was_shown_then(session):
    followed(session, (1, 3))
    settle(session, lambda: session.results.samples is not None)
    session.jobs.start("codes")
    session.set(step=1)
    settle(session, lambda: session.results.codes is not None)
    origin, shown = session.scene_of(RESULTS.codes), session.results.scene
    assert origin.step == session.results.codes.step
    assert (origin is shown) == (RESULTS.codes not in session.results.late)


def scenes(*steps):
    return tuple(Scene("one", step, lambda z: z) for step in steps)


@pytest.mark.parametrize("answered", [0, 1, 2, 3])
def test_while_a_model_trains_one_scene_behind_is_near_enough(answered):
    timeline = scenes(1, 10, 20, 30)
    state = State(results=Results(scene=timeline[3], timeline=timeline, resting=False))
    assert is_late(timeline[answered], state) == (answered < 2)


def test_while_a_step_is_dragged_the_picture_before_is_near_enough():
    timeline = scenes(1, 10, 20, 30)
    state = State(
        results=Results(scene=timeline[0], before=timeline[3], timeline=timeline, scrubbing=True)
    )
    assert not is_late(timeline[3], state)
    assert is_late(timeline[1], state)


def test_at_rest_nothing_of_another_step_is_near_enough():
    timeline = scenes(1, 10)
    state = State(results=Results(scene=timeline[1], before=timeline[0], timeline=timeline))
    assert is_late(timeline[0], state)
    assert not is_late(timeline[1], state)


# ---- conditions, images, detectors ----


def test_nothing_of_another_condition_stays(session):
    session.files.install(model(0, CONDITIONAL))
    session.set(picked=(0.0, 0.0))
    settle(session, lambda: session.results.picked is not None and session.results.map is not None)
    session.set(condition=3)
    there = {name for name in RECIPES if not missing(name, session.results)}
    assert there <= {"dataset", "plane", "measured"}
    assert session.settings.picked is None
    session.history.undo()
    assert session.settings.picked == (0.0, 0.0)


def test_what_is_of_the_model_stays_under_another_condition(session):
    session.files.install(model(0, CONDITIONAL))
    settle(session)
    measured = session.results.measured
    session.set(condition=3)
    assert session.results.measured is measured is not None
    assert RESULTS.measured not in session.results.late
    settle(session)
    assert session.results.measured is measured


def test_nothing_of_other_images_stays(session):
    """Somebody says that they lie elsewhere, and there are others."""
    session.files.install(model(0))
    settle(session)
    before = session.results
    config = replace(STROKES, count=61)
    session.store.update(source=config)
    assert session.results.dataset is None
    session.store.update(dataset=dataset(config, shape=SIDE, classes=tuple("0123456789")))
    assert session.results.codes is session.results.cloud is session.results.holes is None
    assert session.results.map is before.map  # no image was needed for it
    assert session.results.late == {}


def test_what_is_by_another_detector_goes(session):
    session.files.install(model(0))
    session.history.adjust(surveyed=True)
    settle(session)
    assert session.results.hole_list
    session.set(detector="nearest")
    assert session.results.hole_list is session.results.holes is None
    assert session.results.survey is not None
    settle(session)
    assert session.results.holes.detector == "nearest"


def test_another_limit_makes_the_list_late(session):
    session.files.install(model(0))
    session.history.adjust(surveyed=True)
    settle(session)
    session.set(threshold=0.5)
    assert RESULTS.hole_list in session.results.late
    settle(session)
    assert session.results.late == {}


# ---- the table ----


@pytest.mark.parametrize("name", RECIPES)
def test_an_answer_is_of_no_more_than_its_recipe_hears_of(name):
    """Else it would go and nothing would bring it back."""
    state = State(Settings(), Results(scene=scenes(0)[0], dataset=object()))
    origin, heard = origin_of(name, state), hears_of(name)
    assert origin.images is None or as_field(RESULTS.dataset) in heard
    if RECIPES[name].of is as_field(RESULTS.codes):
        assert result_field("codes") in heard


def hears_of(name):
    """The fields that start it at last."""
    heard = RECIPES[name].replace | RECIPES[name].finish
    return heard.union(*(hears_of(f.name) for f in heard if f in ANSWERS))


def test_an_answer_without_an_origin_is_of_what_is_shown():
    scene = scenes(4)[0]
    state = settled(State(results=Results(scene=scene, samples=object())))
    assert state.origins["samples"].scene is scene
    old = replace(state, origins={"samples": Origin(scenes(1)[0])})
    assert settled(old).results.late == {result_field("samples"): 1}
