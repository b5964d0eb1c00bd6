"""Two lanes of jobs beside the thread that owns them. Plain Python: neither torch nor Qt.

A job is a generator. A bare `yield` is a pause and a yielded value is a report. `yield` evaluates
to None, or to the word the owner has for the job: "pause" (once, before it rests) or "stop" (from
then on). A job that heeds the word yields its last report and returns. It must never yield in a
`finally`.
"""

from __future__ import annotations

import itertools
import os
import queue
import sys
import threading
import traceback
from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from .problem import Problem

Report = TypeVar("Report")
NICE = 10  # of a lane's thread, where 0 is the window's and 19 the most patient
Word: TypeAlias = Literal["pause", "stop"]
Job: TypeAlias = Generator[Report | None, Word | None, None]
Key: TypeAlias = tuple[str, str]  # (session, name)
LaneName: TypeAlias = Literal["view", "train"]


class Priority(IntEnum):
    """Who goes first in a lane; background gets at least one step in four."""

    CURSOR, SCREEN, BACKGROUND = range(3)


@dataclass(frozen=True)
class Progress:
    """A report on the way: how far a job is. Its answer comes in a report of another type."""

    fraction: float | None  # in [0, 1]; None where nobody knows
    text: str  # what it is doing, as read on screen


@dataclass(frozen=True)
class Failure:
    """An error as a value, until somebody shows it."""

    sentence: str  # one readable line
    details: str  # the traceback; empty where the sentence says it all

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        if isinstance(error, Problem):
            return cls(str(error), "")
        said = traceback.format_exception_only(error)[-1].strip()
        return cls(said, "".join(traceback.format_exception(error)))


@dataclass(frozen=True)
class Update:
    """What the job under `key` had to say."""

    key: Key
    kind: Literal["report", "done", "failed"]
    value: Any  # the yielded value, None, or a Failure
    serial: int  # which submission it came from; 0 for a failed clean-up, which is always told


class Engine:
    """Runs jobs on two threads. At most one job lives under a key; one thread owns the engine."""

    def __init__(self) -> None:
        self.wake: Callable[[], None] = lambda: None  # called by a lane when there is an update
        self._serials = itertools.count(1)
        self._newest: dict[Key, tuple[int, _Lane]] = {}  # the live submission by key
        self._forgotten: dict[Key, int] = {}  # serials up to this one are not told
        self._outboxes: dict[str, queue.SimpleQueue[Update]] = defaultdict(queue.SimpleQueue)
        self._lanes = {name: _Lane(name, self._tell) for name in ("view", "train")}

    def submit(self, key: Key, job: Job[Any], priority: Priority, lane: LaneName = "view") -> None:
        """Start `job` in place of the one under `key`, which ends at its next pause.

        A job that is under way may make its first report before it goes: while the cursor
        moves, an answer for where it just was beats no answer at all. One that was asked to
        stop may say its last word.
        """
        if key in self._newest and self._newest[key][1] is not self._lanes[lane]:
            self.cancel(key)
        serial = next(self._serials)
        self._newest[key] = serial, self._lanes[lane]
        self._lanes[lane].order("submit", _Task(key, serial, job, priority))

    def cancel(self, key: Key) -> None:
        """Forget the job under `key`: nothing of it is told; it is closed at its next pause."""
        if key in self._newest:
            serial, lane = self._newest.pop(key)
            self._forgotten[key] = serial
            lane.order("cancel", key)

    def pause(self, key: Key) -> None:
        """Say "pause" to the job, let it take one more step (to save itself), and let it rest."""
        self._order("pause", key)

    def resume(self, key: Key) -> None:
        self._order("resume", key)

    def stop(self, key: Key) -> None:
        """Ask the job to publish its last word by an ordinary yield and to return."""
        self._order("stop", key)

    def live(self, key: Key) -> bool:
        return key in self._newest

    def busy(self, session: str) -> bool:
        return any(owner == session for owner, _ in self._newest)

    def drain(self, session: str) -> list[Update]:
        """What the jobs of `session` have said since the last call, in order."""
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
            lane.order("close", None)
        for lane in self._lanes.values():
            lane.thread.join()

    def _order(self, verb: str, key: Key) -> None:
        if key in self._newest:
            self._newest[key][1].order(verb, key)

    def _tell(self, update: Update) -> None:
        self._outboxes[update.key[0]].put(update)
        self.wake()


@dataclass(eq=False)
class _Task:
    key: Key
    serial: int
    job: Job[Any]
    priority: Priority
    word: Word | None = None
    paused: bool = False
    reported: bool = False
    stepped: int = -1  # the lane's turn at its last step
    successor: _Task | None = None  # takes over as soon as this one owes nothing

    @property
    def owes(self) -> bool:
        """Under way and not heard yet, or asked to stop and not done with its last word."""
        under_way = self.stepped >= 0 and not self.paused
        return under_way and (not self.reported or self.word == "stop")


class _Lane:
    """One thread that steps its jobs, one `send` at a time. Only that thread runs what is below."""

    def __init__(self, name: str, tell: Callable[[Update], None]) -> None:
        self._tell = tell
        self._tasks: dict[Key, _Task] = {}
        self._turn = 0
        self._open = True
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    def order(self, verb: str, argument: Any) -> None:
        """Have the lane's thread do `verb` between two steps; the one method for other threads."""
        self._inbox.put(partial(getattr(self, f"_{verb}"), argument))

    def _run(self) -> None:
        _give_way()
        while self._open:
            task = self._most_urgent() if self._inbox.empty() else None
            if task:
                self._step(task)
            else:
                self._inbox.get()()

    def _most_urgent(self) -> _Task | None:
        ready = [task for task in self._tasks.values() if not task.paused]
        self._turn += 1
        patient = [task for task in ready if task.priority is Priority.BACKGROUND]
        if self._turn % 4 == 0 and patient:
            ready = patient
        return min(
            ready, key=lambda task: (task.priority, task.reported, task.stepped), default=None
        )

    def _step(self, task: _Task) -> None:
        word = task.word if task.stepped >= 0 else None  # a generator's first send is None
        task.stepped = self._turn
        try:
            value = task.job.send(word)
        except StopIteration:
            self._end(task, "done", None)
        except BaseException as error:  # not even SystemExit may take the other jobs along
            self._end(task, "failed", Failure.of(error))
        else:
            if value is not None:
                task.reported = True
                self._tell(Update(task.key, "report", value, task.serial))
            if word == "pause" and task.word == "pause":
                task.word, task.paused = None, True
            if task.successor and not task.owes:
                self._drop(task)
                self._tasks[task.key] = task.successor

    def _end(self, task: _Task, kind: Literal["done", "failed"], value: Failure | None) -> None:
        del self._tasks[task.key]
        if task.successor:
            self._tasks[task.key] = task.successor
        self._tell(Update(task.key, kind, value, task.serial))

    def _drop(self, task: _Task) -> None:
        try:
            task.job.close()
        except BaseException as error:
            self._tell(Update(task.key, "failed", Failure.of(error), 0))

    # ---- the orders ----

    def _submit(self, task: _Task) -> None:
        old = self._tasks.get(task.key)
        if old and old.owes:
            old.successor = task
            return
        if old:
            self._drop(old)
        self._tasks[task.key] = task

    def _cancel(self, key: Key) -> None:
        if key in self._tasks:
            self._drop(self._tasks.pop(key))

    def _pause(self, key: Key) -> None:
        if key in self._tasks:
            task = self._tasks[key]
            if not task.paused and task.word != "stop":  # who is to stop does not rest
                task.word = "pause"

    def _resume(self, key: Key) -> None:
        if key in self._tasks:
            task = self._tasks[key]
            task.paused, task.word = False, None if task.word == "pause" else task.word

    def _stop(self, key: Key) -> None:
        if key in self._tasks:
            self._tasks[key].paused, self._tasks[key].word = False, "stop"

    def _close(self, _: None) -> None:
        for key in list(self._tasks):
            self._cancel(key)
        self._open = False


def _give_way() -> None:
    """Let the owner's thread go first, where a thread can: on Linux each has its own niceness."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
