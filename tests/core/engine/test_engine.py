"""What the engine promises. Threads meet through events and queues: nothing here sleeps."""

import threading

import pytest

from lacuna.core.engine.engine import Engine
from lacuna.core.engine.errors import Failure, Problem
from lacuna.core.engine.jobs import Priority, Progress
from tests import programs
from tests.waiting import PATIENCE, drained

KEY = ("main", "map")
SCREEN, BACKGROUND = Priority.SCREEN, Priority.BACKGROUND


def idle(engine):
    return lambda updates: not engine.busy("main")


def endless(tag, closed=None):
    try:
        while True:
            yield tag
    finally:
        if closed is not None:
            closed.append((tag, threading.current_thread().name))


def heedful():
    """Yields each word that it hears, and ends at "stop"."""
    word = None
    while word != "stop":
        word = yield word or "step"
    yield "last word"


def test_cancel_forgets_and_cleans_up_on_the_lane(engine):
    closed = []
    engine.submit(KEY, endless("old", closed), SCREEN)
    drained(engine, lambda updates: len(updates) > 3)
    engine.cancel(KEY)
    engine.submit(KEY, endless("new", closed), SCREEN)
    assert {u.value for u in drained(engine, lambda updates: len(updates) > 3)} == {"new"}
    engine.close()
    assert closed == [("old", "view"), ("new", "view")]


@pytest.mark.parametrize("pauses", [0, 5])
def test_refreshed_at_every_pause_a_job_still_answers(engine, pauses):
    """However long the way to the first report, requests that never rest get answers."""
    stepping, refreshed = threading.Semaphore(0), threading.Semaphore(0)

    def job(tag):
        for _ in range(pauses):
            stepping.release()
            refreshed.acquire(timeout=PATIENCE)
            yield None
        stepping.release()
        refreshed.acquire(timeout=PATIENCE)
        yield tag

    engine.submit(KEY, job(0), SCREEN)
    for tag in range(1, 101):  # a newer request during every step
        assert stepping.acquire(timeout=PATIENCE)
        engine.submit(KEY, job(tag), SCREEN)
        refreshed.release()
    refreshed.release(2 * (pauses + 1))
    answers = [u.value for u in drained(engine, idle(engine)) if u.kind == "report"]
    assert len(answers) >= 100 // (pauses + 1)
    assert answers == sorted(answers)
    assert answers[-1] == 100


def test_an_error_ends_its_job_only(engine):
    def bad():
        yield 0
        raise RuntimeError("wrong shape")

    def fatal():
        yield 0
        raise SystemExit

    def untidy():
        try:
            while True:
                yield 0
        finally:
            raise OSError("disk full")

    for name, job in (("bad", bad()), ("fatal", fatal()), ("untidy", untidy())):
        engine.submit(("main", name), job, SCREEN)
    drained(engine, lambda updates: {u.key[1] for u in updates} == {"bad", "fatal", "untidy"})
    engine.cancel(("main", "untidy"))
    engine.submit(KEY, (i for i in range(5)), SCREEN)
    updates = drained(engine, idle(engine))
    assert [u.value for u in updates if u.key == KEY] == [0, 1, 2, 3, 4, None]
    failures = {u.key[1]: u.value for u in updates if u.kind == "failed"}
    assert failures["untidy"].sentence == "OSError: disk full"


@pytest.mark.parametrize(
    ("error", "sentence", "detailed"),
    [
        (Problem("There is no folder x: choose one."), "There is no folder x: choose one.", False),
        (RuntimeError("wrong shape"), "RuntimeError: wrong shape", True),
    ],
)
def test_a_failure_is_one_sentence_and_what_a_programmer_needs(engine, error, sentence, detailed):
    def faulty():
        raise error
        yield

    engine.submit(KEY, faulty(), SCREEN)
    (update,) = drained(engine, idle(engine))
    assert isinstance(update.value, Failure)
    assert update.value.sentence == sentence
    assert ("in faulty" in update.value.details) == detailed


def test_stop_lets_the_job_say_its_last_word(engine):
    engine.submit(KEY, heedful(), BACKGROUND, "train")
    engine.stop(KEY)
    updates = drained(engine, idle(engine))
    assert [u.value for u in updates][-2:] == ["last word", None]


def test_a_successor_waits_for_the_last_word(engine):
    engine.submit(KEY, heedful(), BACKGROUND, "train")
    drained(engine, lambda updates: len(updates) > 2)
    engine.stop(KEY)
    engine.submit(KEY, (i for i in ["next"]), BACKGROUND, "train")
    updates = [u.value for u in drained(engine, idle(engine)) if u.kind == "report"]
    assert updates[-2:] == ["last word", "next"]


def test_a_paused_job_has_been_told_and_rests_until_resumed(engine):
    engine.submit(KEY, heedful(), BACKGROUND, "train")
    engine.pause(KEY)
    drained(engine, lambda updates: bool(updates) and updates[-1].value == "pause")
    engine.submit(("main", "other"), (i for i in range(10)), BACKGROUND, "train")
    updates = drained(engine, lambda updates: any(u.kind == "done" for u in updates))
    assert all(u.key != KEY for u in updates)
    assert engine.live(KEY)
    engine.resume(KEY)
    drained(engine, lambda updates: any(u.key == KEY for u in updates))


def test_a_job_that_is_to_stop_does_not_rest(engine):
    """Whichever of the two verbs comes last: "stop" holds from then on."""
    for verbs in (("stop", "pause"), ("pause", "stop"), ("pause", "stop", "pause")):
        gate = threading.Event()

        def gated(gate=gate):
            gate.wait(PATIENCE)
            yield from heedful()

        engine.submit(KEY, gated(), BACKGROUND, "train")
        for verb in verbs:
            getattr(engine, verb)(KEY)
        gate.set()
        assert "last word" in [u.value for u in drained(engine, idle(engine))]


def test_a_job_moves_to_another_lane_under_its_key(engine):
    engine.submit(KEY, endless("view"), SCREEN)
    drained(engine, lambda updates: len(updates) > 3)
    engine.submit(KEY, (i for i in ["train"]), SCREEN, "train")
    assert [u.value for u in drained(engine, idle(engine))] == ["train", None]


def test_draining_ends_though_a_lane_never_rests(engine):
    engine.submit(KEY, endless("again"), SCREEN)
    drained(engine, lambda updates: len(updates) > 1000)
    updates = [u for _ in range(10) for u in engine.drain("main")]  # what was there as each began
    assert {u.kind for u in updates} <= {"report"}
    assert engine.live(KEY)


def test_urgent_goes_first_but_background_gets_one_step_in_four(engine):
    order, ready = [], threading.Event()

    def gate():
        ready.wait(PATIENCE)
        yield None

    def job(tag, steps):
        for _ in range(steps):
            order.append(tag)
            yield None

    engine.submit(("main", "gate"), gate(), Priority.CURSOR)
    engine.submit(("main", "urgent"), job("u", 30), Priority.CURSOR)
    engine.submit(("main", "patient"), job("p", 30), BACKGROUND)
    ready.set()
    drained(engine, idle(engine))
    urgent = order[: len(order) - order[::-1].index("u")]
    assert 0.2 <= urgent.count("p") / len(urgent) <= 0.3


def test_who_has_not_been_heard_goes_first(engine):
    order, ready = [], threading.Event()

    def gate():
        ready.wait(PATIENCE)
        yield None

    def job(tag, silent):
        for step in range(4):
            order.append(tag)
            yield None if step < silent else tag

    engine.submit(("main", "gate"), gate(), Priority.CURSOR)
    engine.submit(("main", "talker"), job("t", 0), SCREEN)
    engine.submit(("main", "thinker"), job("q", 2), SCREEN)
    ready.set()
    drained(engine, idle(engine))
    assert "".join(order) == "tqqqtqtt"


def test_the_lanes_do_not_wait_for_each_other(engine):
    gate = threading.Event()

    def long_step():
        gate.wait(PATIENCE)
        yield "trained"

    engine.submit(("main", "training"), long_step(), BACKGROUND, "train")
    engine.submit(KEY, (i for i in "a"), SCREEN)
    updates = drained(engine, lambda updates: any(u.value == "a" for u in updates))
    assert "trained" not in [u.value for u in updates]
    gate.set()
    assert "trained" in [u.value for u in drained(engine, idle(engine))]


def test_sessions_hear_only_their_own(engine):
    engine.submit(("left", "map"), (i for i in "l"), SCREEN)
    engine.submit(KEY, (i for i in "m"), SCREEN)
    assert {u.value for u in drained(engine, idle(engine)) if u.kind == "report"} == {"m"}


def test_progress_is_a_report_like_any_other(engine):
    engine.submit(KEY, (i for i in [Progress(0.5, "halfway"), 7]), SCREEN)
    assert [u.value for u in drained(engine, idle(engine))] == [Progress(0.5, "halfway"), 7, None]


def test_engine_is_plain_python():
    code = (
        "import lacuna.core.engine.engine, sys\n"
        "print({'torch', 'numpy', 'PySide6'} & set(sys.modules))"
    )
    ended = programs.run("-c", code, check=True)
    assert ended.stdout.strip() == "set()"


def test_close_is_orderly():
    engine, closed = Engine(), []
    started = threading.Event()

    def signal():
        started.set()
        yield None

    engine.submit(KEY, endless("view", closed), SCREEN)
    engine.submit(("main", "last"), signal(), BACKGROUND)
    assert started.wait(PATIENCE)
    engine.close()
    assert closed == [("view", "view")]
    assert not engine.busy("main")
