import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lacuna.core.geometry.metric.pullback import conformal_factor
from lacuna.core.geometry.paths.geodesic import (
    GeodesicConfig,
    geodesic,
    measure_curve,
    squared_chords,
    upsample,
)
from lacuna.core.geometry.paths.slerp import slerp

DEEP = GeodesicConfig(levels=(8, 16, 32, 64), tolerance=1e-10, steps=400)
AROUND = 3.6955232900  # 2 sqrt(a^2 - R^2) + R (pi - 2 arccos(R / a)) of a = 1.5, R = 1


def points(*values):
    return torch.tensor(values, dtype=torch.float64)


def random(*shape, seed):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def curves(squares, *starts, config=DEEP):
    return [report for report in geodesic(squares, starts, config) if report is not None]


def network(z):
    return ((z @ random(2, 8, seed=1)).tanh() @ random(8, 12, seed=2)).sigmoid()


def sphere(z):
    polar, azimuth = z.T
    return torch.stack(
        [polar.sin() * azimuth.cos(), polar.sin() * azimuth.sin(), polar.cos()], dim=1
    )


def half_plane(z):
    """Poincare's metric I / y^2"""
    return torch.eye(2, dtype=z.dtype) / z[:, 1, None, None] ** 2


def midpoints(metric):
    """D^T G(middle) D of the steps D, for a metric z (N, L) -> (N, L, L) in closed form"""

    def squares(nodes):
        steps, middles = nodes.diff(dim=0), (nodes[1:] + nodes[:-1]) / 2
        return torch.einsum("ni,nij,nj->n", steps, metric(middles), steps)

    return squares


def clamped(z):
    """To the annulus 1 <= |z| <= 2 (theory: B2, S3)"""
    radius = z.norm(dim=1, keepdim=True)
    return z * radius.clamp(1, 2) / radius


def upper_arc():
    angle = torch.linspace(math.pi, 0, 65, dtype=torch.float64)
    return 1.5 * torch.stack([angle.cos(), angle.sin()], dim=1)


def test_flat_is_straight():
    # C5, first row: from a perturbed start the line returns to 1.3e-7
    weight, start, end = random(5, 2, seed=3), points(-1, 0.5), points(2, 1)
    wild = torch.cat([start[None], random(9, 2, seed=4), end[None]])
    result = curves(squared_chords(lambda z: z @ weight.T), wild)[-1]
    line = torch.lerp(start, end, torch.linspace(0, 1, 65, dtype=torch.float64)[:, None])
    assert torch.allclose(result.nodes, line, atol=1.3e-7)
    assert result.length == pytest.approx(float((weight @ (end - start)).norm()))


@pytest.mark.parametrize("segments", [8, 64])
def test_the_sphere_s_chords(segments):
    # C5: the arc is 1.7017649301 long, its T equal chords 2 T sin(L / 2T)
    ends = points([1.0, 0.0], [1.2, 2.0])
    config = GeodesicConfig(levels=(8, 64)[: 1 + (segments == 64)], tolerance=1e-12)
    result = curves(squared_chords(sphere), ends, config=config)[-1]
    arc = 1.7017649301
    assert result.length == pytest.approx(2 * segments * math.sin(arc / (2 * segments)), abs=1e-7)
    assert result.length == pytest.approx({8: 1.6985582, 64: 1.7017148}[segments], abs=1e-7)


def test_the_half_plane():
    # C5: arcosh(1 + |d|^2 / (2 y0 y1)); the midpoint rule errs by -0.282 / T^2
    ends = points([-1.0, 0.5], [2.0, 1.0])
    truth = math.acosh(1 + float((ends[1] - ends[0]).square().sum()))
    assert truth == pytest.approx(3.0180368117, abs=1e-10)
    result = curves(midpoints(half_plane), ends)[-1]
    assert result.length == pytest.approx(truth, abs=1e-4)
    table = {8: 3.013204, 16: 3.016910, 32: 3.017760, 64: 3.017968}
    for segments, length in table.items():
        config = GeodesicConfig(levels=(segments,), tolerance=1e-12, steps=400)
        coarse = curves(midpoints(half_plane), ends, config=config)[-1]
        assert coarse.length == pytest.approx(length, abs=2e-6)


def test_around_a_disc():
    # the nearer the sharper the edge: up to width log(strength / width), which adds 2e-4 here; the
    # steps are chords outside of the disc, which adds 4e-4
    result = upper_arc()
    for width in (0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5):
        factor = conformal_factor(lambda z: 1 - z.norm(dim=1), 0.0, width, strength=100)
        config = GeodesicConfig(levels=(64,), tolerance=1e-9, steps=500)
        result = curves(squared_chords(lambda z: z, factor), result, config=config)[-1].nodes
    length = measure_curve(squared_chords(lambda z: z), result).length
    assert length == pytest.approx(AROUND, abs=1e-3)


def test_only_long_holes_are_gone_around():
    # what a decoder draws inside a hole may be the shortest way (theory: C3): 3, not 3.6955
    ends = points([-1.5, 0.0], [1.5, 0.0])
    plain = curves(squared_chords(lambda z: z), ends, upper_arc())[-1]
    assert plain.length == pytest.approx(3, abs=1e-6)
    factor = conformal_factor(lambda z: 1 - z.norm(dim=1), 0.0, 1e-2, strength=100)
    around = curves(squared_chords(lambda z: z, factor), ends, upper_arc())[-1]
    assert measure_curve(squared_chords(lambda z: z), around.nodes).length > AROUND
    assert float(around.nodes.norm(dim=1).min()) > 1


def test_a_tear_is_no_short_cut():
    # The clamped decoder jumps by 2 at the centre: the chords of the straight line are 3 long, as
    # C3 and C5 say, but a jump within one of T segments has the energy (T / 2) 2^2, without end as
    # T grows, and that of the way around is 3.6955^2 / 2. The least energy is around the tear.
    squares, ends = squared_chords(clamped), points([-1.5, 0.0], [1.5, 0.0])
    straight = measure_curve(squares, upsample(ends, 63))  # no node at the centre itself
    assert straight.length == pytest.approx(3, abs=1e-6)
    assert straight.energy > 63 / 2 * 2**2
    result = curves(squares, ends + points(0.0, 1e-6), upper_arc() + points(0.0, 1e-6))[-1]
    assert result.length == pytest.approx(AROUND, abs=1e-3)
    assert result.energy == pytest.approx(AROUND**2 / 2, rel=1e-3)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_what_holds_of_every_search(seed):
    ends = 2 * random(2, 2, seed=seed)
    wild = torch.cat([ends[:1], random(6, 2, seed=seed + 1), ends[1:]])
    squares = squared_chords(network)
    starts = [upsample(wild, 64), slerp(*ends, 64)]
    results = curves(squares, *starts, config=GeodesicConfig())
    energies = [curve.energy for curve in results]
    assert energies == sorted(energies, reverse=True)
    for curve in results:
        assert torch.equal(curve.nodes[[0, -1]], ends)
        assert curve.length**2 <= 2 * curve.energy * (1 + 1e-12)
        assert curve.energy == pytest.approx(measure_curve(squares, curve.nodes).energy)
    initial = min(measure_curve(squares, start).length for start in starts)
    assert results[-1].length <= initial * (1 + 1e-3)


def test_a_geodesic_has_constant_speed():
    # L^2 = 2 E there, and a search to the bottom finds the same from both ends
    ends = points([-1.5, 1.0], [1.8, -0.4])
    there, back = (curves(squared_chords(network), way)[-1] for way in (ends, ends.flip(0)))
    assert there.length**2 == pytest.approx(2 * there.energy, rel=1e-6)
    assert there.length == pytest.approx(back.length, rel=1e-6)
    assert torch.allclose(there.nodes, back.nodes.flip(0), atol=1e-3)
    steps = squared_chords(network)(there.nodes)
    assert float(steps.sqrt().std() / steps.sqrt().mean()) < 1e-3


def test_other_coordinates_are_the_same_geodesic():
    # z = 2 w: the same decoder through other coordinates
    ends = points([-1.5, 1.0], [1.8, -0.4])
    result = curves(squared_chords(network), ends)[-1]
    other = curves(squared_chords(lambda w: network(2 * w)), ends / 2)[-1]
    assert other.length == pytest.approx(result.length, rel=1e-6)
    bent = curves(
        squared_chords(lambda w: network(torch.stack([w[:, 0], w[:, 1].sinh()], 1))),
        torch.stack([ends[:, 0], ends[:, 1].asinh()], 1),
    )[-1]
    assert bent.length == pytest.approx(result.length, rel=1e-5)


def test_the_triangle_inequality():
    # of shortest lengths; up to the chords' own error, which is of order 1 / T^2
    squares, config = squared_chords(network), GeodesicConfig(levels=(8,))
    for seed in range(100):
        a, b, c = random(3, 2, seed=seed)
        one, two, three = (
            curves(squares, torch.stack(pair), config=config)[-1].length
            for pair in ((a, b), (b, c), (a, c))
        )
        assert three <= (one + two) * (1 + 1e-2)


def test_the_best_of_several_starts():
    # around a hill on either side: the lower side is kept
    def hill(z):
        return torch.cat([z, 4 * (-4 * (z - points(0.0, 0.3)).square().sum(1)).exp()[:, None]], 1)

    above, below = upper_arc(), upper_arc() * points(1, -1)
    ends = above[[0, -1]]
    ends[:, 1] = 0
    above, below = (torch.cat([ends[:1], way[1:-1], ends[1:]]) for way in (above, below))
    both = curves(squared_chords(hill), above, below)[-1]
    assert both.nodes[32, 1] < 0
    assert both.energy <= curves(squared_chords(hill), above)[-1].energy


def test_what_cannot_be_improved_stays():
    ends = points([0.0, 0.0], [0.0, 0.0])
    assert curves(squared_chords(network), ends)[-1].length == 0
    (flat,) = curves(
        squared_chords(lambda z: torch.zeros(len(z), 3)), points([0.0, 0.0], [1.0, 1.0])
    )
    assert (flat.length, flat.energy) == (0, 0)


def test_single_precision_and_chunks_change_little():
    ends = points([-1.5, 1.0], [1.8, -0.4])
    fine = curves(squared_chords(network), ends, config=GeodesicConfig())[-1]
    rough = curves(
        squared_chords(lambda z: network(z.double()).float()), ends.float(), config=GeodesicConfig()
    )[-1]
    assert rough.nodes.dtype == torch.float32
    assert rough.length == pytest.approx(fine.length, rel=1e-4)
    small = curves(squared_chords(network), ends, config=GeodesicConfig(chunk=5))[-1]
    assert small.length == pytest.approx(fine.length, rel=1e-9)


def test_upsampling_is_linear_in_time():
    nodes = points([0.0], [1.0], [4.0])
    assert upsample(nodes, 4)[:, 0].tolist() == [0, 0.5, 1, 2.5, 4]
    assert upsample(upsample(nodes, 4), 2).equal(nodes)
