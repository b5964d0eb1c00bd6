"""The context menu of a place on the map."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from lacuna.core.session.session import Session
from lacuna.core.session.settings import Point
from lacuna.core.session.state import lacking

from ..widgets.tip import tip
from .coordinates import Coordinates

NEAREST = tip(
    "Puts A here and looks for the smallest step from it to where the model draws another class."
)
CHOSEN = tip("The same, to the class that you choose.")


def menu_at(
    parent: QWidget, session: Session, coordinates: Coordinates, x: float, y: float
) -> QMenu:
    """The menu for the place (x, y) of the plane."""
    z, menu = coordinates.to_latent(x, y), QMenu(parent)
    menu.setToolTipsVisible(True)
    menu.addAction("Put A here", lambda: session.set(start=z))
    menu.addAction("Put B here", lambda: session.set(end=z))
    menu.addAction("Move the cursor here", lambda: session.set(cursor=z))
    menu.addSeparator()
    _offer_adversaries(menu, session, z)
    menu.addAction("Copy coordinates", lambda: QGuiApplication.clipboard().setText(written(z)))
    return menu


def written(z: Point) -> str:
    """A point as Python and most other programs read it."""
    return "(" + ", ".join(f"{part:.4f}" for part in z) + ("," if len(z) == 1 else "") + ")"


def _offer_adversaries(menu: QMenu, session: Session, z: Point) -> None:
    missing, scene = lacking("nearest", session.results), session.results.scene
    nearest = menu.addAction("Nearest adversary", lambda: _attack(session, z, None))
    chosen = menu.addMenu("Nearest adversary of a class")
    for index, name in enumerate(scene.classes if scene else ()):
        chosen.addAction(name, partial(_attack, session, z, index))
    for action, text in ((nearest, NEAREST), (chosen.menuAction(), CHOSEN)):
        action.setEnabled(not missing)
        action.setToolTip(tip(missing) if missing else text)


def _attack(session: Session, start: Point, target: int | None) -> None:
    session.set(start=start, target=target, family="nearest", travel=0.0)
