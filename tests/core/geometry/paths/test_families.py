import math
from typing import get_args

import numpy as np
import pytest
import torch

from lacuna.core.engine.errors import Problem
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import Plane, whole_plane
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.geometry.paths.context import PathContext, latent_graph
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.graph import Graph
from lacuna.core.geometry.paths.path import Family
from lacuna.core.scene.codes import Codes
from lacuna.core.scene.prior import Gaussian
from tests.core.latent_fields import rings, scene

START, END = torch.tensor([-1.5, 0.25]), torch.tensor([1.75, -0.5])


def codes_on_a_ring(latent=2, n=400):
    """Of radius 1.5: what is inside is a hole"""
    angle = torch.linspace(0, 2 * math.pi, n + 1)[:-1]
    mean = torch.zeros(n, latent)
    mean[:, 0], mean[:, 1] = 1.5 * angle.cos(), 1.5 * angle.sin()
    return Codes(mean, torch.full_like(mean, -4.0), torch.ones(n).long(), torch.arange(n), 8)


def paths(name, on, start=START, end=END, **context):
    context = {"target": 3, "codes": codes_on_a_ring(len(start))} | context
    job = FAMILIES[name].job(on, start, end, PathContext(**context))
    return [report for report in job if report is not None]


def test_every_family_has_a_row():
    assert tuple(FAMILIES) == get_args(Family)
    for row in FAMILIES.values():
        assert row.title
        assert row.sentence.endswith(".")
        assert row.formula
        assert set(row.needs) <= {"end", "classes", "target", "codes"}
        assert row.aims != ("end" in row.needs)
        assert ("target" in row.needs) <= row.aims


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("latent", [2, 3])
def test_every_path_is_followed_from_a(name, latent):
    start, end = torch.zeros(latent), torch.zeros(latent)
    start[:2], end[:2] = START, END
    for result in paths(name, scene(rings, latent), start, end):
        assert result.family == name
        frames = 16 if result.sketched else 32
        assert result.z.shape == (frames, latent)
        assert np.array_equal(result.z[0], start)
        if "end" in FAMILIES[name].needs:
            assert np.array_equal(result.z[-1], end)
        assert (result.images.shape, result.step) == ((frames, latent, 1, 1), 8)
        labels = [c.before for c in result.crossings] + [int(result.labels[-1])]
        assert labels[0] == result.labels[0]


@pytest.mark.parametrize("name", FAMILIES)
def test_without_a_need_the_reason_is_said(name):
    needs, mute = FAMILIES[name].needs, scene(None)
    if "codes" in needs:
        with pytest.raises(Problem, match="encode"):
            paths(name, scene(rings), codes=None)
    elif "classes" in needs:
        with pytest.raises(Problem, match="no judge"):
            paths(name, mute)
    else:
        result = paths(name, mute, codes=None)[-1]
        assert (result.crossings, result.labels) == ((), None)
    if "target" in needs:
        with pytest.raises(Problem, match="choose one"):
            paths(name, scene(rings), target=None)


@pytest.mark.parametrize("name", [name for name in FAMILIES if "end" in FAMILIES[name].needs])
def test_a_path_is_first_said_at_a_glance(name):
    glance, full = paths(name, scene(rings), START, END)[:2]
    assert (glance.sketched, full.sketched) == (True, False)
    assert (glance.note, glance.outcome) == (full.note, full.outcome)
    assert [c.after for c in glance.crossings] == [c.after for c in full.crossings]
    apart = [abs(one.t - two.t) for one, two in zip(glance.crossings, full.crossings, strict=True)]
    assert max(apart, default=0) <= 1 / 15 / 2  # half a step between two of 16 frames


def test_a_great_circle_keeps_its_distance():
    start, end = torch.tensor([1.5, 0.0]), torch.tensor([0.0, 1.5])
    result = paths("slerp", scene(rings), start, end)[-1]
    assert np.allclose(np.linalg.norm(result.z, axis=1), 1.5, atol=1e-3)
    far = scene(rings, prior=Gaussian(5.0, 2.0))
    result = paths("slerp", far, start + 5, end + 5)[-1]
    assert np.allclose(np.linalg.norm(result.z - 5, axis=1), 1.5, atol=1e-3)
    assert result.length == pytest.approx(1.5 * math.pi / 2 / 2, rel=1e-3)


def test_the_nearest_ring():
    # from radius 1.7 the ring 2 <= |z| is 0.3 away, and so is ring 3 from its own border at 3
    start = torch.tensor([0.0, 1.7])
    for target, away in ((None, 0.3), (3, 1.3), (0, 0.7)):
        results = paths("nearest", scene(rings), start, target=target)
        assert results[-1].length == pytest.approx(away, abs=1e-3)
        assert results[-1].labels[-1] == (2 if target is None else target)
        assert results[-1].outcome == "reached"
        lengths = [path.length for path in results]
        assert lengths == sorted(lengths, reverse=True)
    here = paths("nearest", scene(rings), start, target=1)[-1]
    assert (here.length, here.outcome) == (0, "reached")
    assert "already" in here.note


def test_a_class_that_is_nowhere_is_not_reached():
    result = paths("nearest", scene(lambda z: rings(z) - 99 * (torch.arange(6) == 4)), target=4)[-1]
    assert result.outcome == "not reached"
    assert "No " in result.note


def test_a_flat_geodesic_is_straight():
    result = paths("geodesic", scene(rings))[-1]
    assert result.image_length == pytest.approx(float((END - START).norm()), rel=1e-4)


@pytest.mark.parametrize("latent", [2, 3])
def test_holes_are_gone_around(latent):
    # the ring of codes is 1.5 pi long from end to end, the hole 3 wide
    start, end = torch.zeros(latent), torch.zeros(latent)
    start[0], end[0] = -1.5, 1.5
    straight, *_, around = paths("avoiding", scene(rings, latent), start, end)
    assert straight.image_length == pytest.approx(3)
    assert 3.7 < around.image_length < 1.5 * math.pi * 1.02
    assert np.linalg.norm(around.z, axis=1).min() > 1
    plain = paths("geodesic", scene(rings, latent), start, end)[-1]
    assert plain.image_length == pytest.approx(3, rel=1e-3)


def test_fewest_classes_on_a_map_and_without():
    # two lobes of class 1 in a sea of 0, and a wall of 2 between them with a gap far up
    def lobes(z):
        wall = (z[:, 0].abs() < 0.3) & (z[:, 1] < 1.5)
        return torch.stack([1.0 * ~wall, 2.0 * wall], 1)

    on, ends = scene(lobes), torch.tensor([[-1.5, -1.0], [1.5, -1.0]])
    straight, *_, result = paths("crossings", on, *ends)
    assert [len(path.crossings) for path in (straight, result)] == [2, 0]
    known = [report for report in class_map(on, whole_plane(), (-3.0, 3.0, -3.0, 3.0)) if report][
        -1
    ]
    again = paths("crossings", on, *ends, label_map=known)[-1]
    assert len(again.crossings) == 0
    assert again.length == pytest.approx(result.length, rel=0.05)


def test_rings_take_as_many_changes_as_they_must():
    # C5: |i - j|; the straight way through the centre makes more
    start, end = torch.tensor([-1.5, 0.0]), torch.tensor([2.5, 0.0])
    straight, *_, result = paths("crossings", scene(rings), start, end)
    assert len(straight.crossings) == 3
    assert len(result.crossings) == 1


def test_where_straight_is_best_it_stays():
    results = paths("crossings", scene(rings), torch.tensor([1.2, 0.0]), torch.tensor([2.8, 0.0]))
    assert [len(path.crossings) for path in results] == [1, 1, 1]
    assert results[-1].note.startswith("Straight")


def test_a_graph_that_is_given_is_used():
    bent = torch.tensor([[-1.5, 3.0], [1.75, 3.0]])
    graph = Graph(bent, np.array([[0, 1]]), np.array([1e-9]))
    on = scene(rings)
    given = paths("geodesic", on, graph=graph)[-1]
    made = [report for report in latent_graph(on, PathContext()) if report is not None][-1]
    assert isinstance(made, Graph)
    again = paths("geodesic", on, graph=made)[-1]
    assert given.image_length == pytest.approx(again.image_length, rel=1e-3)


def test_a_slice_has_ends_off_it():
    plane = Plane(torch.zeros(3), torch.eye(2, 3))
    start, end = torch.tensor([-1.5, 0.0, 0.0]), torch.tensor([1.5, 0.0, 1.0])
    result = class_map(scene(rings, 3), plane, (-3.0, 3.0, -3.0, 3.0), Grain(finest=33))
    known = [report for report in result if report][-1]
    for name in ("crossings", "geodesic", "avoiding"):
        path = paths(name, scene(rings, 3), start, end, plane=plane, label_map=known)[-1]
        assert np.array_equal(path.z[-1], end)
