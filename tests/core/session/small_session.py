"""A session on small data and a small model, and what its tests ask of it."""

from dataclasses import replace

from lacuna.core.config.serialisation import to_json
from lacuna.core.runs.fit import Trained, fit
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Settings
from lacuna.core.training.config import Cadence, TrainConfig
from tests.core.small_models import DENSE, GRAIN, HASTY, STROKES, document

SHORT = TrainConfig(epochs=3, batch=16, device="cpu")  # 12 steps
ENDLESS = replace(SHORT, epochs=100_000)
SIDE = (1, 28, 28)
LIVELY = replace(HASTY, cadence=Cadence(snapshots=0.05))  # sooner than eyes need them


def opened(engine, name="main", **settings):
    session = Session(engine, name, LIVELY)
    session.set(**{"grain": GRAIN, "data": STROKES, "model": DENSE, "train": SHORT} | settings)
    return session


def untrained(config=DENSE, step=0, **more):
    settings = Settings(STROKES, config, SHORT, grain=GRAIN)
    more = {"settings": to_json(settings), "classes": tuple("0123456789")} | more
    return document(config, SIDE, step=step, **more)


def under_way(session):
    return lambda: session.results.run == "training" and session.results.training.step > 1


def calm(session):
    assert session.results.failure is None, session.results.failure.details
    assert session.results.progress == ()


def trained(plan, config=SHORT):
    """What the same training gives without a session."""
    return [
        report
        for report in fit(plan, lambda: config, run_config=LIVELY)
        if isinstance(report, Trained)
    ][-1].document
