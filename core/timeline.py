"""The scenes of a training, as many as memory may hold, and the one of them that is shown."""

from __future__ import annotations

from .scene import Scene

Timeline = tuple[Scene, ...]  # of rising steps

BUDGET = 512 * 2**20  # bytes of snapshots kept; when full, every second one is dropped


def shown(step: int | None, timeline: Timeline) -> Scene | None:
    """The newest scene, or the newest that is not after the held step."""
    if step is None:
        return timeline[-1] if timeline else None
    return next((scene for scene in reversed(timeline) if scene.step <= step), None)


def longer(timeline: Timeline, scene: Scene, held: Scene | None = None) -> Timeline:
    """With `scene` at its end; thinned where that is more than memory may hold.

    The newest stays, and so does `held`. A scene of the same step is the same picture: the one
    that is there stays, so that nothing is drawn again.
    """
    if timeline and timeline[-1].step == scene.step:
        return timeline
    timeline = (*timeline, scene)
    while sum(shot.size for shot in timeline) > BUDGET:
        newest_first = timeline[::-1]
        thinned = tuple(
            shot for row, shot in enumerate(newest_first) if row % 2 == 0 or shot is held
        )[::-1]
        if len(thinned) == len(timeline):
            break
        timeline = thinned
    return timeline
