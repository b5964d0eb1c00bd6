import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest
import shiboken6
import torch
from hypothesis import settings
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lacuna.core.engine import device
from lacuna.core.engine.engine import Engine
from lacuna.explorer.shell.garbage import sweep
from tests.waiting import PATIENCE_MS

device.limit_threads(1)
gc.disable()  # a lane's thread must not free widgets: see explorer/sweep.py
settings.register_profile("CI", derandomize=True, deadline=None)  # the same cases at every run
if os.environ.get("CI"):
    settings.load_profile("CI")


@pytest.fixture(autouse=True)
def swept():
    """Windows and garbage go between tests, in the thread that made them."""
    yield
    if cleared():
        gc.collect()  # what the windows showed
    else:
        sweep()


def cleared():
    """Whether there was a window left: Qt would have it wait for an event loop to end.

    Widgets that Qt made for itself (a graphics layout has one, to ask the style) are its own.
    """
    app = QApplication.instance()
    widgets = [] if app is None else app.topLevelWidgets()
    left = [one for one in widgets if one.parent() is None and shiboken6.createdByPython(one)]
    for window in left:
        window.deleteLater()
    if left:
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return bool(left)


@pytest.fixture(autouse=True, scope="session")
def loaded():
    """What is imported by now stays, and need not be looked through after each test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def seeded():
    """Tests draw from a stream of their own, the same at every run."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """Runs, settings and downloads of a test stay in a folder of its own."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LACUNA_HOME", str(folder))
    return folder


class PatientBot(QtBot):
    """Waits as long as every other wait of the tests."""

    def waitUntil(self, callback, *, timeout=PATIENCE_MS):
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal, *, timeout=PATIENCE_MS, **more):
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitExposed(self, widget, *, timeout=PATIENCE_MS):
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp, request):
    return PatientBot(request)


@pytest.fixture
def engine():
    engine = Engine()
    yield engine
    engine.close()
