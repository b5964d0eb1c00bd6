"""Waits for what a lane reports: woken by it, not by a clock, and with the patience of minutes."""

import threading
import time

PATIENCE = 300.0  # seconds until a test says that it waits for ever: a busy machine needs many
PATIENCE_MS = int(1000 * PATIENCE)


def drained(engine, until, name="main"):
    """The updates that the engine has for `name` until `until(updates)` holds."""
    updates, waking = [], wakings(engine)
    while not until(updates):
        next(waking)
        updates += engine.drain(name)
    return updates


def settle(session, until=None):
    """Pump until `until()`, or until nothing is under way (a paused job counts as under way)."""
    done = until or (lambda: not session.engine.busy(session.name))
    for _ in wakings(session.engine):
        session.pump()
        if done():
            return
        assert session.engine.busy(session.name), session.results.failure


def wakings(engine):
    """Once now, and once more whenever a lane has something new to say."""
    woken, end = threading.Event(), time.monotonic() + PATIENCE
    engine.wake = woken.set
    while True:
        woken.clear()
        yield
        assert woken.wait(end - time.monotonic()), f"nothing came of it in {PATIENCE:.0f} s"
