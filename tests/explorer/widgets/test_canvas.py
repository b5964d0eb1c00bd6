"""What is painted by hand follows the theme."""

import pytest

from lacuna.explorer.look import theme
from lacuna.explorer.widgets.image_view import ImageView
from tests.explorer.gestures import colour_at

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own


def test_all_pieces_repaint_in_the_other_theme(shown, qapp):
    theme.apply(qapp, "dark")
    picture = shown(ImageView("Nothing yet."), 240)
    dark = colour_at(picture, 120, 20).name()
    theme.apply(qapp, "light")
    assert (dark, colour_at(picture, 120, 20).name()) == (theme.DARK.frame, theme.LIGHT.frame)
    theme.apply(qapp, "dark")
