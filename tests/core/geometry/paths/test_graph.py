import heapq
import math

import numpy as np
import pytest
import torch

from lacuna.core.geometry.map.plane import Plane, whole_plane
from lacuna.core.geometry.paths.graph import (
    attach_ends,
    fewest_changes,
    shortest_route,
    weight_edges,
)
from lacuna.core.geometry.paths.grid_graph import cell_graph, grid_graph, stencil
from lacuna.core.geometry.paths.neighbour_graph import neighbour_graph

WORST = {1: 1.08239, 2: 1.02749, 3: 1.01308}  # C4: 1 / cos(half the widest angle of the stencil)
WINDOW = (-2.0, 2.0, -2.0, 2.0)


def last(job):
    return [report for report in job if report is not None][-1]


def flat(side, reach, window=WINDOW):
    return last(grid_graph(lambda z: z, whole_plane(), window, side, reach))


def length(graph, way):
    return float(graph.points[way].double().diff(dim=0).norm(dim=1).sum())


def cells(side):
    row, column = np.mgrid[:side, :side]
    return row - side // 2, column - side // 2


def changes(labels, way):
    return int((np.diff(labels.ravel()[way]) != 0).sum())


def walked(label, first, last, reach=2):
    graph = cell_graph(label, whole_plane(), (0.0, 1.0, 0.0, 1.0), reach)
    return shortest_route(fewest_changes(graph, label.ravel()), first, last)


@pytest.mark.parametrize(("reach", "neighbours"), [(1, 8), (2, 16), (3, 32)])
def test_a_stencil_has_each_direction_once(reach, neighbours):
    steps = stencil(reach)
    angles = {round(math.atan2(up, across), 9) for up, across in steps}
    assert len(steps) == len(angles) == neighbours // 2
    assert all(0 <= angle < math.pi for angle in angles)


@pytest.mark.parametrize("reach", [1, 2, 3])
@pytest.mark.parametrize("side", [41, 81])
def test_a_grid_errs_by_its_directions_however_fine(reach, side):
    # metrication (C4): never more than WORST, nearly that much somewhere, and no less on a finer
    graph, centre = flat(side, reach), side * (side // 2) + side // 2
    row, column = cells(side)
    rim = np.flatnonzero((np.hypot(row, column) > 0.4 * side).ravel())
    ratios = [
        length(graph, shortest_route(graph, centre, goal))
        / float((graph.points[goal] - graph.points[centre]).double().norm())
        for goal in rim[:: max(1, len(rim) // 40)]
    ]
    assert min(ratios) >= 1 - 1e-6
    assert max(ratios) <= WORST[reach] + 1e-5
    gap = max(np.diff(sorted(math.atan2(*step) for step in stencil(reach))))
    assert 1 / math.cos(gap / 2) == pytest.approx(WORST[reach], abs=1e-5)


@pytest.mark.parametrize(("reach", "table"), [(1, 3.8284), (2, 3.7572), (3, 3.7364)])
def test_around_a_disc(reach, table):
    # C5, on a grid of spacing 0.1; around it 3.6955 at least
    graph = flat(41, reach)
    inside = graph.points.double().norm(dim=1).numpy() < 1 - 1e-6
    graph = weight_edges(graph, np.where(inside, 1e6, 1.0))
    ends = torch.tensor([[-1.5, 0.0], [1.5, 0.0]])
    first, goal = ((graph.points - end).norm(dim=1).argmin().item() for end in ends)
    result = length(graph, shortest_route(graph, first, goal))
    assert 3.6955232900 <= result <= 3.6955232900 * WORST[reach] + 1e-6
    if reach < 3:
        assert result == pytest.approx(table, abs=5e-5)
    else:
        assert result <= table


def test_a_grid_is_measured_in_images():
    weight = torch.tensor([[3.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    graph = last(grid_graph(lambda z: z @ weight.T, whole_plane(), WINDOW, 9, 2, chunk=4))
    left, right = graph.points[graph.ends[:, 0]], graph.points[graph.ends[:, 1]]
    assert np.allclose(graph.lengths, ((right - left) @ weight.T).norm(dim=1), atol=1e-5)
    assert len({tuple(sorted(pair)) for pair in graph.ends.tolist()}) == len(graph.ends)
    # 8 half directions of 9 x 9 points, less those that would leave it
    expected = sum((9 - up) * (9 - abs(across)) for up, across in stencil(2))
    assert len(graph.ends) == expected


def test_points_of_a_slice_lie_on_it():
    plane = Plane(torch.tensor([0.0, 0.0, 5.0]), torch.eye(2, 3))
    graph = last(grid_graph(lambda z: z, plane, WINDOW, 5, 1))
    assert graph.points.shape == (25, 3)
    assert graph.points[:, 2].eq(5).all()
    assert graph.points[[0, -1], :2].tolist() == [[-2, -2], [2, 2]]


def test_exact_ends_are_put_into_a_graph():
    start, end = torch.tensor([-1.234, 0.567]), torch.tensor([1.5, -1.777])
    graph = attach_ends(flat(41, 3), lambda z: z, start, end)
    way = shortest_route(graph, len(graph.points) - 2, len(graph.points) - 1)
    assert torch.equal(graph.points[way[[0, -1]]], torch.stack([start, end]))
    straight = float((end - start).norm())
    assert straight <= length(graph, way) + 1e-6 <= WORST[3] * straight + 0.02
    back = shortest_route(graph, len(graph.points) - 1, len(graph.points) - 2)
    assert length(graph, back) == pytest.approx(length(graph, way), abs=1e-5)


def test_neighbours_keep_to_where_the_points_are():
    # points on half a circle of radius 1: its ends are pi apart over them, 2 across the hole
    angle = torch.linspace(0, math.pi, 200)
    circle = torch.stack([angle.cos(), angle.sin(), torch.zeros(200)], dim=1)
    graph = last(neighbour_graph(lambda z: z, circle, neighbours=4))
    way = shortest_route(graph, 0, 199)
    assert length(graph, way) == pytest.approx(math.pi, rel=1e-3)
    assert graph.lengths[0] == pytest.approx(
        float((circle[graph.ends[0, 0]] - circle[graph.ends[0, 1]]).norm()), rel=1e-5
    )


def test_there_may_be_no_way():
    two = torch.cat([torch.rand(20, 2), torch.rand(20, 2) + 50])
    graph = last(neighbour_graph(lambda z: z, two, neighbours=3))
    assert shortest_route(graph, 0, 39) is None
    assert shortest_route(graph, 0, 0).tolist() == [0]


def test_images_that_never_change_are_no_obstacle():
    graph = last(grid_graph(lambda z: torch.zeros(len(z), 3), whole_plane(), WINDOW, 5, 1))
    assert shortest_route(graph, 0, 24)[[0, -1]].tolist() == [0, 24]
    duplicates = last(neighbour_graph(lambda z: z, torch.ones(8, 2), neighbours=3))
    assert np.isfinite(duplicates.lengths).all()


@pytest.mark.parametrize(("i", "j"), [(0, 4), (3, 1), (2, 2), (5, 0)])
def test_rings_are_crossed_one_by_one(i, j):
    # C5: concentric annuli, crossings = |i - j|
    row, column = cells(65)
    label = (np.hypot(row, column) / 6).astype(int)
    first, goal = np.flatnonzero(label == i)[0], np.flatnonzero(label == j)[-1]
    assert changes(label, walked(label, first, goal)) == abs(i - j)


def test_fewer_classes_go_before_a_shorter_way():
    # a wall of class 1 with a gap at the top: around through the gap, at any length
    label = np.zeros((33, 33), int)
    label[:-1, 16] = 1
    way = walked(label, 0, 32)
    assert changes(label, way) == 0
    assert way.max() >= 32 * 33
    graph = cell_graph(label, whole_plane(), (0.0, 1.0, 0.0, 1.0))
    label[:, 16] = 1
    assert changes(label, walked(label, 0, 32)) == 2
    assert length(graph, walked(label, 0, 32)) == pytest.approx(1, abs=0.05)


def test_four_classes_that_meet_in_a_point_are_no_way_through():
    # a chequerboard of two: from 0 to 0 across the apex takes two changes, not none
    label = np.kron([[0, 1], [2, 0]], np.ones((8, 8), int))
    assert changes(label, walked(label, 0, 255)) == 2
    graph = cell_graph(label, whole_plane(), (0.0, 1.0, 0.0, 1.0), reach=3)
    here, there = graph.ends.T
    change = label.ravel()[here] != label.ravel()[there]
    step = np.abs(np.array(np.unravel_index(here, label.shape)) - np.unravel_index(there, (16, 16)))
    assert (step.sum(0)[change] == 1).all()


def test_fewest_changes_against_a_plain_search():
    # an oracle that knows pairs (changes, length): Dijkstra on tuples, 4 neighbours
    label = np.random.default_rng(0).integers(0, 3, (12, 12))
    graph = cell_graph(label, whole_plane(), (0.0, 11.0, 0.0, 11.0), reach=1)
    near = [[] for _ in range(144)]
    for (a, b), away in zip(graph.ends.tolist(), graph.lengths, strict=True):
        near[a].append((b, away))
        near[b].append((a, away))
    best, heap = {}, [((0, 0.0), 0)]
    while heap:
        cost, here = heapq.heappop(heap)
        if here in best:
            continue
        best[here] = cost
        for there, away in near[here]:
            change = int(label.flat[here] != label.flat[there])
            heapq.heappush(heap, ((cost[0] + change, cost[1] + away), there))
    for goal in (143, 77, 11):
        way = walked(label, 0, goal, reach=1)
        assert (changes(label, way), length(graph, way)) == pytest.approx(best[goal], abs=1e-4)
