"""Orientation, centring and colours of what is painted from arrays."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from lacuna.explorer.look.pixels import bytes_of, cloud_rgba, image_of, pixel_rect

RED, GREEN = (255, 0, 0), (0, 255, 0)
COLOURS = np.array([RED, GREEN], np.uint8)


def test_a_grey_image_keeps_its_rows_from_the_top():
    image = image_of(np.array([[[0.0, 1.0, 0.5], [1.0, 0.0, 0.0]]]))
    assert (image.width(), image.height()) == (3, 2)
    assert [image.pixelColor(x, 0).red() for x in range(3)] == [0, 255, 128]
    assert image.pixelColor(0, 1) == QColor(255, 255, 255)


def test_a_colour_image_keeps_its_channels():
    array = np.zeros((3, 2, 5), np.float32)
    array[1, 1, 4] = 1
    assert image_of(array).pixelColor(4, 1) == QColor(*GREEN)


def test_an_image_owns_its_pixels():
    array = np.ones((1, 4, 4), np.uint8)
    image = image_of(array)
    array[:] = 9
    assert image.pixelColor(0, 0).red() == 1


def test_values_beyond_the_range_are_clipped():
    assert bytes_of(np.array([[[-3.0, 7.0, np.nan]]])).ravel().tolist() == [0, 255, 0]


@pytest.mark.parametrize("shape", [(2, 4, 4), (4, 4), (1, 1, 4, 4)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="an image is"):
        image_of(np.zeros(shape))


def test_pixels_are_centred_on_the_grid_points():
    rect = pixel_rect(5, 3, (-2, 2, -1, 1))
    assert (rect.left(), rect.right()) == (-2.5, 2.5)
    assert (rect.top(), rect.bottom()) == (-1.5, 1.5)


def test_a_point_of_the_cloud_is_where_it_should_be():
    points = np.array([[-0.95, -0.95], [0.95, 0.55]], np.float32)
    rgba = cloud_rgba(points, np.array([0, 1]), COLOURS, (-1, 1, -1, 1), 20, 40)
    assert rgba.shape == (40, 20, 4)
    assert rgba[1, 0].tolist() == [*RED, 255]
    assert rgba[31, 19].tolist() == [*GREEN, 255]
    assert not rgba[15:25].any()


def test_a_point_is_soft_and_has_a_rim_of_the_background():
    rgba = cloud_rgba(
        np.zeros((1, 2), np.float32), None, COLOURS, (-1, 1, -1, 1), 11, 11, (1, 2, 3)
    )
    assert rgba[5, 4:7, 3].tolist() == [217, 255, 217]
    assert rgba[4, 4, 3] < 217
    assert rgba[5, 7].tolist() == [1, 2, 3, 89]
    assert (rgba == rgba[::-1]).all()
    assert (rgba == rgba.swapaxes(0, 1)).all()


def test_dots_at_the_edge_do_not_wrap_and_lost_points_are_left_out():
    points = np.array([[0.99, 0.0], [5, 5], [np.nan, 0]], np.float32)
    rgba = cloud_rgba(points, None, COLOURS, (-1, 1, -1, 1), 20, 20)
    assert rgba[:, -1].any()
    assert not rgba[:, :10].any()


def test_no_points_are_an_empty_cloud():
    rgba = cloud_rgba(np.zeros((0, 2), np.float32), None, COLOURS, (0, 1, 0, 1), 7, 5)
    assert rgba.shape == (5, 7, 4)
    assert not rgba.any()


def test_a_point_becomes_a_picture_of_it():
    right_and_up = np.array([[[0.75, 0.875]]], np.float32)
    image = image_of(right_and_up)
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    x, y = max(places, key=lambda at: image.pixelColor(*at).red())
    assert (x + 0.5) / image.width() == pytest.approx(0.75, abs=1 / image.width())
    assert (y + 0.5) / image.height() == pytest.approx(1 - 0.875, abs=1 / image.height())
    count, height, width, channels = bytes_of(np.zeros((5, 1, 1, 2))).shape
    assert (count, channels) == (5, 1)
    assert height == width < image.width()  # many are shown smaller than one
