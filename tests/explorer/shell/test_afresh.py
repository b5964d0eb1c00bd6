"""A window shows what one shows that has only just been opened, whatever was on it before.

So whatever a page, the map or a bar says belongs to the state of now: it remembers nothing of
another model, step, detector or of other data.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

from lacuna.core.analysis.measure_config import MeasureConfig
from lacuna.core.data.dataset import DataConfig
from lacuna.core.geometry.adversarial.perturbation import PerturbationConfig
from lacuna.core.geometry.radius.exact import RadiusConfig
from lacuna.core.geometry.radius.sampled import SearchConfig
from lacuna.core.models.registry import build
from lacuna.core.models.vae.conditional_vae import CVAEConfig
from lacuna.core.runs.follow import Followed
from lacuna.core.session.effort import Effort
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Layer, Layers
from lacuna.explorer.look import theme
from lacuna.explorer.plots.chart import Chart
from lacuna.explorer.plots.export import as_csv
from lacuna.explorer.shell.window import Window
from lacuna.explorer.widgets.canvas import Canvas
from tests.core.session.small_session import LIVELY, SIDE, untrained
from tests.core.small_models import DENSE, GRAIN, codes_of_zero
from tests.waiting import settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen's

FEW = SearchConfig(points=16, pool=64, search=PerturbationConfig(starts=1, steps=10, rounds=5))
COARSE = Effort(256, 256, 64, MeasureConfig(radius=RadiusConfig(n=32), search=FEW))
NO_IMAGES = DataConfig("npz", "nowhere.npz")
PLACES = {"start": (-1.0, 0.0), "end": (1.0, 0.5), "picked": (0.1, 0.2), "cursor": (0.3, 0.3)}
ASKED = {"surveyed": True, "height": "radius", "shape": "arrows"}


def model(seed, config=DENSE, **more):
    one = untrained(config, **{"step": 1} | more)
    weights = build(config, SIDE, seed, len(one.classes)).eval().requires_grad_(False)
    return replace(one, model=weights)


NAMELESS = Layers(names=Layer(visible=False))  # names stay where they were, as far as they can
UNLABELLED = replace(codes_of_zero(30), labels=None)
FIRST = model(1)
OTHERS = {
    "of the same step": model(2),
    "without classes": model(
        3, classes=(), data=NO_IMAGES, codes=replace(codes_of_zero(30), labels=None)
    ),
    "of three dimensions": model(4, replace(DENSE, latent=3)),
    "with conditions": model(5, CVAEConfig(body="dense", hidden=16)),
}


@pytest.fixture
def session(engine):
    session = Session(engine, run_config=LIVELY, effort=COARSE)
    session.history.adjust(grain=GRAIN)
    yield session
    session.close()


@pytest.fixture
def used(session, qtbot):
    """A window that has shown all there is to know of a model, on every page."""
    theme.apply(QApplication.instance(), "dark")
    window = Window(session)
    qtbot.addWidget(window)
    put_on_screen(window)
    show(session, FIRST)
    session.history.adjust(measuring=True)
    rest(session)
    for page in range(4):
        window.side_panel.show_page(page)
    return window


@pytest.fixture
def assert_as_fresh(used, session, engine):
    """Compares the window with one that is opened on the very same state."""

    def compare(when):
        twin = Session(engine)  # of the same name: what is under way is under way for both
        twin.store.state = session.store.state
        fresh = Window(twin)
        put_on_screen(fresh)
        one, other = seen(used), seen(fresh)
        fresh.hide()
        fresh.deleteLater()
        paint()
        for name in one:
            assert one[name] == other[name], f"{when}, {name}: {differing(one[name], other[name])}"

    return compare


def put_on_screen(window):
    window.resize(1280, 800)
    window.show()
    paint(window)


def show(session, document):
    session.files.install(document)
    places = PLACES if document.config.latent == 2 else {}
    session.history.adjust(grain=GRAIN, layers=NAMELESS, **places, **ASKED)


def rest(session):
    """Until nothing is under way; a window may ask for something yet."""
    for _ in range(2):
        settle(session)
        paint()


def paint(window=None):
    """Lays out and paints what has changed, and takes away what is gone."""
    if window is not None:
        window.grab()
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def seen(window):
    """What there is to see of a window: {its part: what it says and paints}."""
    pages = window.side_panel.pages
    parts = {f"page {at}": pages.widget(at) for at in range(pages.count())}
    parts |= {"cursor": window.cursor_panel, "path": window.path_bar}
    parts |= {"legends": window.map.overlays.legends, "scrubber": window.scrubber}
    paint(window)
    looks = {"map": painted(window.map.canvas), "title": window.windowTitle()}
    for name, part in parts.items():
        if name.startswith("page"):
            pages.setCurrentWidget(part)
            paint(window)
        widgets = [part, *part.findChildren(QWidget)]
        looks[name] = sorted(filter(None, map(look, filter(QWidget.isVisible, widgets))))
    return looks


def look(widget):
    if isinstance(widget, QLabel | QAbstractButton):
        return f"{widget.text()} {widget.isEnabled()} {widget.toolTip()}"
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, Chart):
        return f"{type(widget).__name__} {as_csv(widget.columns())}"
    if isinstance(widget, Canvas):
        pixels = painted(widget)
        return f"{type(widget).__name__} {hash(pixels)}" if pixels.strip(pixels[:4]) else ""
    return ""


def painted(widget):
    if widget.size().isEmpty():
        return b""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    return bytes(image.constBits())


def differing(one, other):
    """What only one of them shows."""
    return [sorted(set(a) - set(b)) for a, b in ((one, other), (other, one))]


def test_nothing_of_the_last_model_stays(used, session, assert_as_fresh):
    """At once, before anything is known of the next, and when all of it is."""
    for name, document in OTHERS.items():
        show(session, document)
        assert_as_fresh(name)
        rest(session)
        assert_as_fresh(f"{name}, at rest")


def test_nothing_of_another_step_condition_or_detector_stays(used, session, assert_as_fresh):
    for step in (1, 5, 9):
        session.files.followed(Followed(model(step, step=step), Path("run.lacuna")))
    session.history.adjust(grain=GRAIN, layers=NAMELESS, measuring=True, **PLACES, **ASKED)
    rest(session)
    for change in ({"step": 5}, {"detector": "nearest"}, {"threshold": 1.0}):
        session.set(**change)
        assert_as_fresh(str(change))
        rest(session)
    session.set(step=None)
    rest(session)
    assert_as_fresh("at rest")
    show(session, OTHERS["with conditions"])
    rest(session)
    session.set(condition=1)
    rest(session)
    assert_as_fresh("condition")
