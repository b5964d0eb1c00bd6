"""Timeline of a training: its scenes, as many as memory may hold, and the one of a step."""

from __future__ import annotations

from .scene import Scene

Timeline = tuple[Scene, ...]  # of rising steps

BUDGET = 512 * 2**20  # bytes of snapshots kept; when full, every second one is dropped
MOST = 240  # snapshots: more than eyes tell apart on a row of ticks
SPACING = 1.05  # times as many steps: a young model changes as much in ten as an old in a thousand


def scene_at(step: int | None, timeline: Timeline) -> Scene | None:
    """The newest scene, or the newest that is not after this step."""
    if step is None:
        return timeline[-1] if timeline else None
    return next((scene for scene in reversed(timeline) if scene.step <= step), None)


def is_spaced(step: int, last: int) -> bool:
    """Whether a model has changed enough since step `last` for a place of its own."""
    return step >= last * SPACING


def extended(timeline: Timeline, scene: Scene, keep: Scene | None = None) -> Timeline:
    """With `scene` at its end; thinned where that is more than memory may hold.

    The newest stays, and so does the one of the step of `keep`, however it is turned. A scene
    of the same step is the same picture: the one that is there stays, so that nothing is drawn
    again.
    """
    if timeline and timeline[-1].step == scene.step:
        return timeline
    timeline = (*timeline, scene)
    while len(timeline) > MOST or sum(shot.size for shot in timeline) > BUDGET:
        newest_first = timeline[::-1]
        kept = None if keep is None else keep.step
        thinned = tuple(
            shot for row, shot in enumerate(newest_first) if row % 2 == 0 or shot.step == kept
        )[::-1]
        if len(thinned) == len(timeline):
            break
        timeline = thinned
    return timeline
