"""The paths on screen: which are answered, from what, and how often they are searched for."""

import json
import math
from dataclasses import replace

import pytest
import torch

from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.scene.scene import Scene
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.results import Results
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Settings
from lacuna.core.session.state import drawn_families, lacking, placed, shown_path
from tests.core.small_models import HASTY, codes_of_zero
from tests.waiting import settle

WIDTH = 0.5  # of the class in the middle
ALL = tuple(FAMILIES)
BY_END = tuple(name for name, row in FAMILIES.items() if "end" in row.needs)


def stripes(step=0):
    """Three classes side by side; an image of two pixels, the place itself."""

    def decode(z):
        return z.mul(0.1).add(0.5)[:, :, None, None].transpose(1, 3)

    def logits(z):
        x = z[:, 0]
        return 8 * torch.stack([-x - WIDTH, -x.abs() + WIDTH / 2, x - WIDTH], dim=1)

    return Scene("formula", step, decode, logits, classes=("left", "middle", "right"))


def put(session, **results):
    session.store.update(**results)


@pytest.fixture
def session(engine):
    session = Session(engine, run_config=HASTY)
    session.set(start=(-1.5, 0.5), end=(1.5, 0.5), grain=Grain(finest=33))
    yield session
    session.close()


@pytest.fixture
def shown(session):
    put(session, timeline=(stripes(),))
    settle(session)
    return session


def reports(session, name):
    """Every path of a family from now on."""
    said = []
    session.watch(getattr(RESULTS, name), said.append)
    said.clear()
    return said


# ---- what is drawn ----


@pytest.mark.parametrize("family", ALL)
def test_the_family_in_the_filmstrip_is_always_drawn(family):
    assert family in Settings(family=family).families
    assert family in replace(Settings(), family=family, families=()).families
    assert Settings().families == ("straight", "adversarial")


def test_what_needs_classes_or_codes_says_so_where_there_are_none():
    bare = Results(scene=replace(stripes(), logits=None))
    whole = Results(scene=stripes(), codes=codes_of_zero(9))
    for name, row in FAMILIES.items():
        assert bool(lacking(name, bare)) == bool({"classes", "codes"} & {*row.needs})
        assert lacking(name, whole) == ""
    assert drawn_families(Settings(families=ALL), bare) == ("straight", "slerp", "geodesic")
    assert drawn_families(Settings(families=ALL), whole) == ALL
    assert shown_path(Settings(family="crossings"), bare) == "straight"
    assert shown_path(Settings(family="crossings"), whole) == "crossings"


def test_only_ways_to_a_class_do_without_b():
    alone = Settings(start=(0.0, 0.0))
    assert not any(placed(Settings(), name) for name in ALL)
    assert {name for name in ALL if placed(alone, name)} == {"nearest"}
    aimed = replace(alone, target=1)
    assert {name for name in ALL if placed(aimed, name)} == {"nearest", "adversarial"}
    assert all(placed(replace(alone, end=(1.0, 0.0)), name) for name in ALL)


# ---- what is answered ----


def test_no_more_is_searched_for_than_is_drawn(shown):
    answered = {name for name in ALL if getattr(shown.results, name) is not None}
    assert answered == {"straight", "adversarial"}
    assert shown.results.mesh is None


def test_every_family_is_answered_from_a(shown):
    put(shown, codes=codes_of_zero(200))
    shown.set(families=ALL)
    settle(shown)
    assert shown.results.failure is None
    for name in ALL:
        path = getattr(shown.results, name)
        assert path.family == name
        assert path.z[0].tolist() == [-1.5, 0.5]
        assert (
            path.length >= 3 - 1e-6 or name not in BY_END
        )  # none is shorter than the straight one
    for name in BY_END:
        assert getattr(shown.results, name).z[-1].tolist() == [1.5, 0.5]


def test_the_nearest_adversary_is_at_the_border_and_needs_no_b(shown):
    # -x - 1/2 = x + 1/4 at the first border, |x| = 3/8; from -1.5 it is 9/8 away
    shown.set(end=None, family="nearest")
    settle(shown)
    result = shown.results.nearest
    assert result.length == pytest.approx(9 / 8, abs=1e-3)
    assert result.target == 1
    shown.set(target=2)
    settle(shown)
    assert shown.results.nearest.length == pytest.approx(1.5 + 3 / 8, abs=0.02)
    assert shown.results.nearest.labels[-1] == 2


def test_while_a_model_trains_a_search_gives_its_first_answer(session):
    session.set(families=("geodesic", "crossings"), family="geodesic")
    put(session, run="training", resting=False)
    observed = {name: reports(session, name) for name in ("geodesic", "crossings")}
    put(session, timeline=(stripes(),))
    settle(session)
    for report in observed.values():
        assert [path.sketched for path in report] == [True, False]
        assert report[1].length == pytest.approx(3)  # the straight line
    assert session.results.mesh is None
    put(session, run="idle", resting=True)
    settle(session)
    assert session.results.mesh.scene is session.results.scene
    assert all(len(report) > 2 for report in observed.values())


def test_the_mesh_is_made_once_for_a_scene(shown):
    shown.set(family="geodesic")
    settle(shown)
    mesh = shown.results.mesh
    shown.set(start=(-1.0, -1.0))
    shown.set(families=(*shown.settings.families, "avoiding"))
    settle(shown)
    assert shown.results.mesh is mesh
    put(shown, timeline=(stripes(step=1),))
    settle(shown)
    assert shown.results.mesh.scene.step == 1


def test_a_path_does_not_go_back_to_its_first_guess(shown):
    shown.set(family="geodesic")
    settle(shown)
    answer = reports(shown, "geodesic")
    shown.set(families=(*shown.settings.families, "slerp"))
    settle(shown)
    assert len(answer) <= 1
    answer.clear()
    shown.set(start=(-1.0, 1.0))
    settle(shown)
    assert answer[0].note.startswith("Straight at first")
    assert len(answer) > 1


# ---- side by side ----


def test_paths_are_measured_while_they_are_compared(shown):
    assert shown.results.path_measures == ()
    shown.set(compared=True)
    settle(shown)
    straight, adversarial = shown.results.path_measures
    assert straight.path is shown.results.straight
    assert adversarial.path is shown.results.adversarial
    assert straight.image[-1] == pytest.approx(0.3, rel=1e-4)  # 3 long, a tenth in the image
    assert straight.stretch == pytest.approx(0.1, rel=1e-4)
    shown.set(families=("straight", "slerp", "adversarial"))
    settle(shown)
    assert [one.path.family for one in shown.results.path_measures] == [
        "straight",
        "slerp",
        "adversarial",
    ]
    shown.set(compared=False)
    shown.set(start=(-1.0, 0.0))
    settle(shown)
    assert shown.results.path_measures[0].path is not shown.results.straight


def test_what_still_holds_is_not_measured_again(shown):
    put(shown, codes=codes_of_zero(200))
    shown.set(families=("straight", "nearest"), family="straight", compared=True)
    settle(shown)
    straight, nearest = shown.results.path_measures
    shown.set(end=(1.0, 0.0))  # the way to the nearest border is the same
    settle(shown)
    assert shown.results.path_measures[0] is not straight
    assert shown.results.path_measures[1] is nearest
    shown.set(threshold=math.log(5))
    settle(shown)
    assert {one.holes["density"].threshold for one in shown.results.path_measures} == {math.log(5)}


def test_an_export_is_told_and_a_failed_one_said(shown, tmp_path):
    messages = []
    shown.notices.listen(messages.append)
    shown.set(compared=True)
    settle(shown)
    shown.exports.paths(tmp_path / "way.json", shown.results.path_measures[:1])
    settle(shown)
    assert messages == ["Exported way.json."]
    assert json.loads((tmp_path / "way.json").read_text())["paths"][0]["family"] == "straight"
    shown.exports.paths(tmp_path / "nowhere" / "way.csv", shown.results.path_measures)
    settle(shown)
    assert "could not be written" in shown.results.failure.sentence
    assert len(messages) == 1
