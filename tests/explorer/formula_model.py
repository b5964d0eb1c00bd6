"""A session with a model made of a formula, for the tests of the map."""

import numpy as np
import torch
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.scene.scene import Scene
from lacuna.core.session.jobs.images import Cloud
from lacuna.core.session.session import Session
from lacuna.explorer.look import theme
from tests.core.small_models import HASTY
from tests.waiting import settle


def half_planes(latent=2):
    """Class "upper" where the coordinates' sum is positive: the upper right of the map."""

    def logits(z):
        return torch.stack([-z.sum(1), z.sum(1)], dim=1) * 4

    return Scene(
        "formula",
        0,
        lambda z: torch.zeros(len(z), 1, 4, 4),
        logits,
        latent=latent,
        classes=("lower", "upper"),
    )


def put(session, **results):
    session.store.update(**results)


def session_of(engine, latent=2):
    session = Session(engine, run_config=HASTY)
    centre = (0.0,) * latent
    session.history.adjust(cursor=centre, through=centre, grain=Grain(finest=65))
    return session


def install(session, scene):
    """Shows the scene and waits for its map."""
    put(session, timeline=(scene,))
    settle(session, lambda: session.results.map is not None and len(session.results.map.label) > 64)


def cloud_at(*z):
    means = np.array(z, np.float32)
    labels = np.arange(len(means)) % 2
    return Cloud(means, means[:, :2].copy(), labels, np.arange(len(means)), 0)


def shown(qtbot, view, width=600, height=400):
    theme.apply(QApplication.instance(), "dark")
    qtbot.addWidget(view)
    view.resize(width, height)
    with qtbot.waitExposed(view):
        view.show()
    qtbot.waitUntil(lambda: view.canvas.viewport.window == view.session.settings.window)
    return view


def spot(view, x, y):
    """Whole pixels near a place of the plane."""
    return view.canvas.viewport.point(x, y).toPoint()


def mark(view, name):
    """Where a mark is on the map."""
    return view.canvas.layers.marks.point(view.canvas.viewport, name)


def place_under(view, part):
    """The place of the plane under the middle of a part of the map."""
    return view.canvas.viewport.to_plane(QPointF(part.geometry().center()))


def colour(view, x, y):
    """(3,) what the screen shows at a place of the plane"""
    image, at = view.grab().toImage(), spot(view, x, y)
    result = image.pixelColor(at)
    return np.array([result.red(), result.green(), result.blue()])
