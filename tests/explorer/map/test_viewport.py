"""Places of the plane and pixels of the widget."""

from lacuna.explorer.map.viewport import fitted


def test_places_and_pixels_are_inverse():
    viewport = fitted((-3.5, 3.5, -3.5, 3.5), 700, 350)
    assert viewport.window == (-7.0, 7.0, -3.5, 3.5)
    at = viewport.point(1.5, -2.0)
    assert (at.x(), at.y()) == (425.0, 275.0)
    assert viewport.to_plane(at) == (1.5, -2.0)
    assert fitted(viewport.window, 700, 350).window == viewport.window
