"""Two lanes of jobs beside the thread that owns them. Plain Python: neither torch nor Qt.

A job is a generator. A bare `yield` is a pause and a yielded value is a report. `yield` evaluates
to None, or to the word the owner has for the job: "pause" (once, before it rests) or "stop" (from
then on). A job that heeds the word yields its last report and returns. It must never yield in a
`finally`.
"""

from __future__ import annotations

import itertools
import queue
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from .jobs import Job, Key, LaneName, Priority
from .lane import Lane, Task, Update


class Engine:
    """Runs jobs on two threads. At most one job lives under a key; one thread owns the engine."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None  # called by a lane when there is an update
        self._serials = itertools.count(1)
        self._newest: dict[Key, tuple[int, Lane]] = {}  # the live submission by key
        self._forgotten: dict[Key, int] = {}  # serials up to this one are not delivered
        self._outboxes: dict[str, queue.SimpleQueue[Update]] = defaultdict(queue.SimpleQueue)
        self._lanes = {name: Lane(name, self._deliver) for name in ("view", "train")}

    def submit(self, key: Key, job: Job[Any], priority: Priority, lane: LaneName = "view") -> int:
        """Start `job` in place of the one under `key`, which ends at its next pause.

        Returns the serial number that its updates bear.

        A job that is under way may make its first report before it goes: while the cursor
        moves, an answer for where it just was beats no answer at all. One that was asked to
        stop may say its last word.
        """
        if key in self._newest and self._newest[key][1] is not self._lanes[lane]:
            self.cancel(key)
        serial = next(self._serials)
        self._newest[key] = serial, self._lanes[lane]
        self._lanes[lane].submit(Task(key, serial, job, priority))
        return serial

    def cancel(self, key: Key) -> None:
        """Forget the job under `key`: it delivers nothing more, and is closed at its next pause."""
        if key in self._newest:
            serial, lane = self._newest.pop(key)
            self._forgotten[key] = serial
            lane.cancel(key)

    def pause(self, key: Key) -> None:
        """Say "pause" to the job, let it take one more step (to save itself), and let it rest."""
        if lane := self._lane_of(key):
            lane.pause(key)

    def resume(self, key: Key) -> None:
        if lane := self._lane_of(key):
            lane.resume(key)

    def stop(self, key: Key) -> None:
        """Ask the job to publish its last word by an ordinary yield and to return."""
        if lane := self._lane_of(key):
            lane.stop(key)

    def live(self, key: Key) -> bool:
        return key in self._newest

    def busy(self, session: str) -> bool:
        return any(owner == session for owner, _ in self._newest)

    def drain(self, session: str) -> list[Update]:
        """The updates of the jobs of `session` since the last call, in order."""
        updates, outbox = [], self._outboxes[session]
        for _ in range(outbox.qsize()):  # not until it is empty: a busy lane fills it as fast
            update = outbox.get()
            newest = update.serial == self._newest.get(update.key, (None,))[0]
            if update.serial and update.serial <= self._forgotten.get(update.key, 0):
                continue
            if newest and update.kind != "report":
                del self._newest[update.key]
            if newest or update.kind != "done":  # the end of a replaced job is no news
                updates.append(update)
        return updates

    def close(self) -> None:
        """Close every job, on its own thread, and wait for both lanes."""
        self._newest.clear()
        for lane in self._lanes.values():
            lane.close()
        for lane in self._lanes.values():
            lane.thread.join()

    def _lane_of(self, key: Key) -> Lane | None:
        return self._newest[key][1] if key in self._newest else None

    def _deliver(self, update: Update) -> None:
        self._outboxes[update.key[0]].put(update)
        self.wake()
