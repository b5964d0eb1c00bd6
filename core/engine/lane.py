"""A lane: one thread that steps its jobs, one `send` at a time."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from .errors import Failure
from .jobs import Job, Key, Priority, Word

NICE = 10  # of a lane's thread, where 0 is the window's and 19 the most patient


@dataclass(frozen=True)
class Update:
    """A report of the job under `key`, or its end."""

    key: Key
    kind: Literal["report", "done", "failed"]
    value: Any  # the yielded value, None, or a Failure
    serial: int  # which submission it came from; 0 for a failed clean-up, which is always delivered


@dataclass(eq=False)
class Task:
    key: Key
    serial: int
    job: Job[Any]
    priority: Priority
    word: Word | None = None
    paused: bool = False
    reported: bool = False
    stepped: int = -1  # the lane's turn at its last step
    successor: Task | None = None  # takes over as soon as this one owes nothing

    @property
    def owes(self) -> bool:
        """Under way without a report yet, or to stop and not done with its last one."""
        under_way = self.stepped >= 0 and not self.paused
        return under_way and (not self.reported or self.word == "stop")


class Lane:
    """One thread that steps its jobs, one `send` at a time."""

    def __init__(self, name: str, publish: Callable[[Update], None]) -> None:
        self._publish = publish
        self._tasks: dict[Key, Task] = {}
        self._turn = 0
        self._open = True
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    # ---- for other threads: what the lane's own does between two steps ----

    def submit(self, task: Task) -> None:
        self._inbox.put(partial(self._submit, task))

    def cancel(self, key: Key) -> None:
        self._inbox.put(partial(self._cancel, key))

    def pause(self, key: Key) -> None:
        self._inbox.put(partial(self._pause, key))

    def resume(self, key: Key) -> None:
        self._inbox.put(partial(self._resume, key))

    def stop(self, key: Key) -> None:
        self._inbox.put(partial(self._stop, key))

    def close(self) -> None:
        self._inbox.put(self._close)

    # ---- the lane's own thread ----

    def _run(self) -> None:
        _give_way()
        while self._open:
            task = self._most_urgent() if self._inbox.empty() else None
            if task:
                self._step(task)
            else:
                self._inbox.get()()

    def _most_urgent(self) -> Task | None:
        ready = [task for task in self._tasks.values() if not task.paused]
        self._turn += 1
        patient = [task for task in ready if task.priority is Priority.BACKGROUND]
        if self._turn % 4 == 0 and patient:
            ready = patient
        return min(
            ready, key=lambda task: (task.priority, task.reported, task.stepped), default=None
        )

    def _step(self, task: Task) -> None:
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
                self._publish(Update(task.key, "report", value, task.serial))
            if word == "pause" and task.word == "pause":
                task.word, task.paused = None, True
            if task.successor and not task.owes:
                self._drop(task)
                self._tasks[task.key] = task.successor

    def _end(self, task: Task, kind: Literal["done", "failed"], value: Failure | None) -> None:
        del self._tasks[task.key]
        if task.successor:
            self._tasks[task.key] = task.successor
        self._publish(Update(task.key, kind, value, task.serial))

    def _drop(self, task: Task) -> None:
        try:
            task.job.close()
        except BaseException as error:
            self._publish(Update(task.key, "failed", Failure.of(error), 0))

    def _submit(self, task: Task) -> None:
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

    def _close(self) -> None:
        for key in list(self._tasks):
            self._cancel(key)
        self._open = False


def _give_way() -> None:
    """Let the owner's thread go first, where a thread can: on Linux each has its own niceness."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
