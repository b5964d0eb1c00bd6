import itertools

import numpy as np

from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.paths.graph import (
    fewest_changes,
    shortest_route,
)
from lacuna.core.geometry.paths.grid_graph import cell_graph
from lacuna.core.geometry.paths.string_pulling import pull_string
from tests.jobs import returned


def cells(side):
    row, column = np.mgrid[:side, :side]
    return row - side // 2, column - side // 2


def changes(labels, way):
    return int((np.diff(labels.ravel()[way]) != 0).sum())


def walked(label, first, last, reach=2):
    graph = cell_graph(label, whole_plane(), (0.0, 1.0, 0.0, 1.0), reach)
    return shortest_route(fewest_changes(graph, label.ravel()), first, last)


def test_a_taut_way_has_no_needless_bends():
    label = np.zeros((33, 33), int)
    way = walked(label, 0, 33 * 20 + 31)
    assert len(way) > 5
    assert returned(pull_string(label, way)).tolist() == [0, 33 * 20 + 31]


def test_a_taut_way_changes_no_more_often():
    row, column = cells(65)
    label = (np.hypot(row, column) > 12).astype(int)
    first, goal = 32 * 65 + 4, 32 * 65 + 60
    way = walked(label, first, goal)
    assert changes(label, way) == 0
    bends = returned(pull_string(label, way))
    places = np.stack(np.unravel_index(bends, label.shape), 1).astype(float)
    assert bends[[0, -1]].tolist() == [first, goal]
    assert len(bends) < len(way)
    for here, there in itertools.pairwise(places):
        along = here + np.linspace(0, 1, 50)[:, None] * (there - here)
        assert (label[tuple(np.rint(along).astype(int).T)] == 1).all()
