"""The losses of a training by its steps, not by the clock: equal runs have equal histories."""

from __future__ import annotations

from collections.abc import Mapping

MOST = 512  # entries of a history, each the mean since the one before

Losses = Mapping[str, float]  # by term, without beta
Entry = tuple[int, Losses]  # a step, and the losses up to there


def spacing(step: int) -> int:
    """Steps from one entry to the next: the least power of two with at most MOST up to there."""
    return 1 << max(0, -(-step // MOST) - 1).bit_length()


def lengthened(history: tuple[Entry, ...], entry: Entry) -> tuple[Entry, ...]:
    """With `entry` at its end; entries that now lie too close together are averaged."""
    apart = spacing(entry[0])
    if not history or spacing(history[-1][0]) == apart:
        return (*history, entry)
    groups: dict[int, list[Entry]] = {}
    for one in (*history, entry):
        groups.setdefault(-(-one[0] // apart), []).append(one)
    return tuple(
        (group[-1][0], _mean([losses for _, losses in group])) for group in groups.values()
    )


def _mean(losses: list[Losses]) -> Losses:
    """Of each term over those that have it"""
    terms = dict.fromkeys(term for one in losses for term in one)
    values = {term: [one[term] for one in losses if term in one] for term in terms}
    return {term: sum(some) / len(some) for term, some in values.items()}
