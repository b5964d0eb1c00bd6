"""Bounds of the mean class radius by the classes' shares of a Gaussian prior (theory: A3).

Every bound rests on Gaussian isoperimetry, for generators first used by Fawzi, Fawzi & Fawzi 2018,
arXiv:1802.08686. Lengths are in deviations of the prior until `bounds` scales them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ...figures.array import Array
from ...figures.estimate import Estimate
from ...figures.intervals import NEVER, NORMAL, wilson
from ..classes.entropy import collision_entropy, delta_method, renyi_entropy, shannon_entropy
from .halfspace import (
    half_space_part,
    half_space_radius,
    normal_density,
    normal_quantile,
    partial_cover_bound,
    partial_cover_variance,
    slide_form,
)

Key = Literal["partition", "collision", "closed", "slide", "holes", "floor"]
Form = Callable[[float], float]

CONCAVE = 0.273118248663  # the radius of a half-space is concave in its share up to here
CLOSED = math.exp(-1.5)  # 1 / sqrt(2 log 1/x) is concave in x up to here
FACTOR = 1.0293  # just above every half-space's radius times sqrt(2 log 1/share)
SLIDE = 0.844466940417  # the slide's form is above the radius of a half-space up to here
PEAK = 0.555435714838  # the slide's form rises with its argument up to here
TRIVIAL = math.sqrt(2 / math.pi)  # holds as soon as no class has more than half of the prior

NOT_GAUSSIAN = (
    "Not applicable because this prior is not one Gaussian: where it has clusters far apart, "
    "classes can be as deep as one likes."
)
ONE_CLASS = "Only one class was seen: where it is the only one, no other is at a finite distance."


@dataclass(frozen=True)
class Bound:
    """A limit of the mean class radius, or why there is none."""

    key: Key
    value: Estimate | None  # in the unit of the latent space; None: refused
    because: str  # one sentence: why it holds, or why it is refused
    note: str = ""  # what to mind when reading it


@dataclass(frozen=True, eq=False)
class _ShareSample:
    shares: Array  # (K,) of the prior, above 0
    n: int | None  # points they were counted on
    hole: float | None

    @property
    def largest(self) -> float:
        return float(self.shares.max(initial=0.0))


def bounds(
    shares: Array,
    n: int | None,
    hole: float | None = None,
    deviation: float = 1.0,
    gaussian: bool = True,
) -> tuple[Bound, ...]:
    """Every bound on the mean class radius E[r], with a 95 % interval or why it is refused.

    shares: (K,) of the prior, by class; with `hole`, the share that belongs to no class, they sum
    to 1 (ValueError otherwise). n: the points they were counted on; None where they are exact, and
    then an interval is a point. deviation: the prior's, which scales every length. gaussian:
    whether the prior is one Gaussian, the same in every direction.

    "partition", "collision", "closed" and "slide" are above E[r] where the classes cover the
    prior; "holes" is above the mean over what belongs to a class; "floor" is below "partition".
    """
    total = float(np.sum(shares)) + (hole or 0.0)
    if abs(total - 1) > 1e-6:
        raise ValueError(f"the shares and the hole sum to {total}, not to 1")
    shares = np.asarray(shares, np.float64)
    sample = _ShareSample(shares[shares > 0], n, hole)
    return tuple(_scaled(_bound(key, sample, gaussian), deviation) for key in _BOUNDS)


def _bound(key: Key, sample: _ShareSample, gaussian: bool) -> Bound:
    if not gaussian:
        return Bound(key, None, NOT_GAUSSIAN)
    if sample.hole and key != "holes":
        share = _percent(sample.hole)
        because = f"Not applicable because {share} of the prior belongs to no class: a point may "
        return Bound(key, None, because + "then be deeper than these shares allow.")
    return _BOUNDS[key](sample)


def _scaled(bound: Bound, deviation: float) -> Bound:
    if bound.value is None:
        return bound
    value, low, high = bound.value.value, bound.value.low, bound.value.high
    return replace(bound, value=Estimate(value * deviation, low * deviation, high * deviation))


def _partition(sample: _ShareSample) -> Bound:
    """sum_i F(p_i), less its bias: counted shares make it too large (Jensen)."""
    because = "Holds for every division of a Gaussian prior into classes; two half-spaces reach it."
    if len(sample.shares) == 1:
        return Bound("partition", _lone(sample), because, ONE_CLASS)
    value = float(half_space_part(sample.shares).sum())
    bias = variance = 0.0
    if sample.n is not None:
        height = normal_density(normal_quantile(sample.shares))
        slope, curvature = sample.shares / height, half_space_part(sample.shares) / height**2
        bias, variance = delta_method(sample.shares, sample.n, slope, curvature)
    return Bound("partition", _around(value - bias, variance), because)


def _collision(sample: _ShareSample) -> Bound:
    return _concave(sample, "collision", CONCAVE, _equal_classes)


def _closed(sample: _ShareSample) -> Bound:
    return _concave(sample, "closed", CLOSED, _closed_form)


def _closed_form(entropy: float) -> float:
    return FACTOR / math.sqrt(2 * entropy) if entropy > 0 else math.inf


def _slide(sample: _ShareSample) -> Bound:
    bound = _concave(sample, "slide", SLIDE, lambda entropy: float(slide_form(math.exp(-entropy))))
    if bound.value is None:
        return bound
    notes = [bound.note] if bound.note else []
    if float(sample.shares @ sample.shares) > PEAK:
        notes.append("It falls here as the classes become less even: smaller is not more diverse.")
    if sample.largest <= 0.5 and bound.value.value > TRIVIAL:
        notes.append(
            f"It says nothing here: {TRIVIAL:.3f} deviations of the prior are enough as soon as no "
            "class has more than half of it."
        )
    return replace(bound, note=" ".join(notes))


def _concave(sample: _ShareSample, key: Key, limit: float, form: Form) -> Bound:
    """`form` of the collision entropy, which needs every share to be at most `limit`."""
    if sample.largest > limit:
        because = f"one class has {_percent(sample.largest)} of the prior: this form only holds"
        return Bound(key, None, f"Not applicable because {because} up to {_percent(limit)}.")
    if sample.n is None:
        entropy = _exact(renyi_entropy(sample.shares, 2))
    else:
        entropy = collision_entropy(sample.shares * sample.n)
    if math.isinf(entropy.value):
        return Bound(key, None, "Not known yet because no class was drawn twice: draw more points.")
    ends = [form(entropy.low), form(entropy.high)]
    if key == "slide" and entropy.low < -math.log(PEAK) < entropy.high:
        ends.append(form(-math.log(PEAK)))
    value = Estimate(form(entropy.value), min(ends), max(ends))
    because = f"Holds because no class has more than {_percent(limit)} of the prior."
    return Bound(key, value, because, _near(sample, limit))


def _near(sample: _ShareSample, limit: float) -> str:
    if sample.n is None:
        return ""
    upper = float(wilson(np.array(sample.largest * sample.n), sample.n)[1])
    if upper <= limit:
        return ""
    return (
        f"Only just: the largest share may be {_percent(upper)}, and this form only holds up to "
        f"{_percent(limit)}."
    )


def _floor(sample: _ShareSample) -> Bound:
    """h(exp(-H_1)), for h(exp(-u)) is convex in u."""
    because = (
        "No classes with this Shannon entropy have a smaller first bound; it bounds no radius."
    )
    if sample.n is None:
        entropy = _exact(renyi_entropy(sample.shares, 1))
    else:
        entropy = shannon_entropy(sample.shares * sample.n)
    low, high = _equal_classes(entropy.high), _equal_classes(entropy.low)
    return Bound("floor", Estimate(_equal_classes(entropy.value), low, high), because)


def _equal_classes(entropy: float) -> float:
    """The bound for classes that all have the share exp(-entropy)."""
    return float(half_space_radius(math.exp(-entropy)))


def _holes(sample: _ShareSample) -> Bound:
    """sum_i q_i (h(q_i) + Phi^-1(q_i + hole) - Phi^-1(q_i)) over the mass of the classes."""
    if sample.hole is None:
        return Bound("holes", None, "Not needed because the classes cover the whole prior.")
    if not len(sample.shares):
        return Bound("holes", None, "Not applicable because all of the prior belongs to no class.")
    because = f"Holds where {_percent(sample.hole)} of the prior belongs to no class, for the rest."
    if len(sample.shares) == 1:
        return Bound("holes", _lone(sample), because, ONE_CLASS)
    value = partial_cover_bound(sample.shares, sample.hole)
    variance = (
        0.0 if sample.n is None else partial_cover_variance(sample.shares, sample.hole, sample.n)
    )
    return Bound("holes", _around(value, variance), because)


def _lone(sample: _ShareSample) -> Estimate:
    """Infinite, but what a second class of a share that 5 % of samples miss would leave of it."""
    if sample.n is None:
        return _exact(math.inf)
    unseen = min(-math.expm1(math.log(NEVER) / sample.n), sample.largest / 2)
    shares = np.array([sample.largest - unseen, unseen])
    return Estimate(math.inf, partial_cover_bound(shares, sample.hole or 0.0), math.inf)


def _exact(value: float) -> Estimate:
    return Estimate(value, value, value)


def _around(value: float, variance: float) -> Estimate:
    half = NORMAL * math.sqrt(variance)
    return Estimate(value, max(0.0, value - half), value + half)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


_BOUNDS: dict[Key, Callable[[_ShareSample], Bound]] = {
    "partition": _partition,
    "collision": _collision,
    "closed": _closed,
    "slide": _slide,
    "holes": _holes,
    "floor": _floor,
}
