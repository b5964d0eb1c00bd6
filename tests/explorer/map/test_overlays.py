"""What lies over the map while it is empty, and what keeps above its foot."""

from PySide6.QtWidgets import QWidget

from lacuna.explorer.map.tips import NOTHING
from lacuna.explorer.map.view import MapView
from tests.explorer.formula_model import half_planes, install, place_under, shown


def test_what_lies_over_the_lower_edge_hides_neither_readout_nor_legend(view, session, qtbot):
    strip = QWidget(view)
    strip.setGeometry(0, view.height() - 40, view.width(), 40)
    strip.show()
    before = view.grab().toImage()
    view.overlays.set_foot(40)
    assert view.grab().toImage() != before  # the scale bar is higher up
    qtbot.mouseMove(view, view.rect().center())
    session.set(end=place_under(view, view.overlays.legends))
    for part in (view.overlays.readout, view.overlays.legends):
        assert not part.geometry().intersects(strip.geometry())
    for spot in view.canvas.layers.names.spots.values():
        assert view.canvas.viewport.point(spot.x, spot.y).y() < strip.y()


def test_without_a_model_the_map_says_what_it_will_show(session, qtbot):
    view = shown(qtbot, MapView(session))
    assert view.overlays.empty.isVisible()
    assert view.overlays.empty.label.text() == NOTHING
    install(session, half_planes())
    assert not view.overlays.empty.isVisible()
