"""What a right-click offers to do at a place of the map."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from core.geometry.regions import ClassMap
from core.session import Session
from core.state import Point
from explorer.map.frame import Chart


def menu_at(parent: QWidget, session: Session, chart: Chart, x: float, y: float) -> QMenu:
    """The menu for the place (x, y) of the plane."""
    z, menu = chart.to_latent(x, y), QMenu(parent)
    menu.setToolTipsVisible(True)
    menu.addAction("Put A here", lambda: session.set(start=z))
    menu.addAction("Put B here", lambda: session.set(end=z))
    menu.addAction("Move the cursor here", lambda: session.set(cursor=z))
    menu.addSeparator()
    other = nearest_other(session.results.map, x, y)
    nearest = menu.addAction("Nearest adversary")
    nearest.setEnabled(other is not None)
    nearest.setToolTip(
        "Puts A here and B at the nearest place of this map where the model draws another class."
    )
    if other is not None:
        end = chart.to_latent(*other)
        nearest.triggered.connect(lambda: _attack(session, z, end))
    menu.addAction("Copy coordinates", lambda: QGuiApplication.clipboard().setText(written(z)))
    return menu


def written(z: Point) -> str:
    """As Python and most other programs read it."""
    return "(" + ", ".join(f"{part:.4f}" for part in z) + ("," if len(z) == 1 else "") + ")"


def nearest_other(found: ClassMap | None, x: float, y: float) -> tuple[float, float] | None:
    """The nearest pixel of the map that shows another class than (x, y) does."""
    if found is None:
        return None
    left, right, bottom, top = found.window
    if not (left <= x <= right and bottom <= y <= top):
        return None
    side = len(found.label)
    across, up = np.linspace(left, right, side), np.linspace(bottom, top, side)
    own = found.label[np.abs(up - y).argmin(), np.abs(across - x).argmin()]
    away = (up[:, None] - y) ** 2 + (across - x) ** 2
    away[found.label == own] = np.inf
    row, column = np.unravel_index(away.argmin(), away.shape)
    if not np.isfinite(away[row, column]):
        return None
    return float(across[column]), float(up[row])


def _attack(session: Session, start: Point, end: Point) -> None:
    session.set(start=start, end=end, target=None, family="adversarial")
