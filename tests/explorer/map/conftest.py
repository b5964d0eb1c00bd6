"""A map with two half planes of classes, on a screen."""

import pytest

from lacuna.explorer.map.view import MapView
from tests.explorer.formula_model import half_planes, install, shown


@pytest.fixture
def view(session, qtbot):
    install(session, half_planes())
    return shown(qtbot, MapView(session))
