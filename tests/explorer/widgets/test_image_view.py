"""A picture in its frame: crisp, upright, with its caption."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from lacuna.explorer.widgets.image_view import ImageView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton


def test_a_picture_is_crisp_and_upright(shown):
    picture = shown(ImageView(size=236), 236)
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 0, 27] = 1  # top right
    picture.set_image(image)
    rect = picture.image_rect()
    assert (rect.width(), rect.height()) == (224, 224)
    grabbed = picture.grab().toImage()
    lit = [
        (x, y)
        for x in range(int(rect.left()), int(rect.right()))
        for y in range(int(rect.top()), int(rect.bottom()))
        if grabbed.pixelColor(x, y).red() > 0
    ]
    assert len(lit) == 64
    assert min(x for x, _ in lit) == rect.right() - 8
    assert min(y for _, y in lit) == rect.top()


def test_a_picture_larger_than_its_frame_still_fits(shown):
    picture = shown(ImageView(size=120), 120)
    picture.set_image(np.ones((3, 300, 200)))
    assert picture.rect().contains(picture.image_rect().toAlignedRect())


def test_a_picture_makes_room_for_its_caption(shown):
    picture = shown(ImageView(), 240)
    bare = picture.heightForWidth(240)
    picture.set_image(np.ones((1, 2, 2)), "a 3")
    assert picture.heightForWidth(240) > bare
    assert picture.accessibleName() == "a 3"
    picture.set_image(None, "")
    assert picture.heightForWidth(240) == bare
    assert picture.image is None


def test_a_picture_is_clicked_with_mouse_and_keys(shown, qtbot):
    picture = shown(ImageView())
    picture.set_clickable()
    received = []
    picture.clicked.connect(lambda: received.append(1))
    qtbot.mouseClick(picture, LEFT)
    qtbot.keyClick(picture, Qt.Key.Key_Return)
    assert len(received) == 2
