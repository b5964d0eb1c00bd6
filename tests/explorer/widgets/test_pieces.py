"""The building blocks of the panels, under mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from lacuna.core.render.picture import class_colours
from lacuna.explorer.look import theme
from lacuna.explorer.widgets.empty_state import EmptyState
from lacuna.explorer.widgets.image_view import ImageView
from lacuna.explorer.widgets.layer_row import LayerRow
from lacuna.explorer.widgets.legend import Legend
from lacuna.explorer.widgets.probability_bars import ProbabilityBars
from lacuna.explorer.widgets.section import Section
from tests.explorer.gestures import colour_at, emitted, move

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
LEFT = Qt.MouseButton.LeftButton
TEN = class_colours(10)


# One image


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
    assert picture.image() is None


def test_a_picture_is_clicked_with_mouse_and_keys(shown, qtbot):
    picture = shown(ImageView())
    picture.set_clickable()
    seen = []
    picture.clicked.connect(lambda: seen.append(1))
    qtbot.mouseClick(picture, LEFT)
    qtbot.keyClick(picture, Qt.Key.Key_Return)
    assert len(seen) == 2


# Bars and legend


def test_bars_keep_the_classes_order_and_emphasise_the_top(shown):
    bars = shown(ProbabilityBars([str(i) for i in range(10)], TEN))
    shares = np.full(10, 0.01)
    shares[3] = 0.91
    bars.set_shares(shares)
    assert bars.indices() == list(range(10))
    assert bars.top() == 3
    assert bars.accessibleDescription() == "3, 91 %"


def test_a_bar_has_its_class_colour_and_length(shown):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    bars.set_shares(np.array([0.0, 1.0]))
    for index, share in ((0, 0), (1, 1)):
        seen = colour_at(bars, 120, bars.rect_of(index).center().y()) == QColor(*map(int, TEN[1]))
        assert seen == bool(share)


def test_many_classes_show_the_likeliest_and_the_others(shown):
    bars = shown(ProbabilityBars([f"letter {i}" for i in range(50)], class_colours(50)))
    shares = np.full(50, 0.001)
    shares[[40, 7]] = 0.5, 0.452
    bars.set_shares(shares)
    assert len(bars.indices()) == 10
    assert bars.indices() == sorted(bars.indices()[:-1]) + [-1]
    assert {40, 7} <= set(bars.indices())
    assert bars.share(-1) == pytest.approx(0.041)


def test_bars_without_an_answer_are_empty(shown):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    bars.set_shares(np.array([0.4, 0.6]))
    bars.set_shares(None)
    assert bars.top() == -1
    bars.grab()


def test_probabilities_of_other_classes_are_refused(qapp):
    with pytest.raises(ValueError, match="3 probabilities for 2 classes"):
        ProbabilityBars(["a", "b"], TEN).set_shares(np.ones(3))


def test_hovering_a_bar_says_its_class_and_leaving_says_none(shown):
    bars = shown(ProbabilityBars(["a", "b", "c"], TEN))
    bars.set_shares(np.array([0.1, 0.2, 0.7]))
    seen = emitted(bars.hovered)
    move(bars, 60, bars.rect_of(2).center().y())
    assert seen[-1] == 2
    assert bars.highlighted() == 2
    move(bars, 60, bars.rect_of(0).center().y())
    assert seen[-1] == 0
    bars.leaveEvent(None)
    assert seen[-1] == -1


def test_arrow_keys_walk_through_the_bars(shown, qtbot):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    seen = emitted(bars.hovered)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(bars, key)
    assert seen == [0, 1, 0]


def test_a_highlight_from_elsewhere_says_nothing(shown):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    seen = emitted(bars.hovered)
    bars.highlight(1)
    assert bars.highlighted() == 1
    assert seen == []
    hover = theme.current().hover
    assert colour_at(bars, 1, bars.rect_of(1).center().y()).name() == hover
    assert colour_at(bars, 1, bars.rect_of(0).center().y()).name() != hover


def test_the_legend_shows_chips_and_says_what_is_under_the_mouse(shown):
    legend = shown(Legend())
    legend.set_classes(["zero", "one"], TEN)
    legend.set_masses(np.array([0.25, 0.75]), np.array([[0.2, 0.3], [0.7, 0.8]]))
    seen = emitted(legend.hovered)
    move(legend.rows, 10, legend.rows.rect_of(1).center().y())
    assert seen[-1] == 1
    chip = colour_at(legend.rows, 9, legend.rows.rect_of(0).center().y())
    assert chip == QColor(*map(int, TEN[0]))
    assert "95 % interval: 20.0 to 30.0 %" in legend.rows.tip_of(0)


def test_a_long_legend_scrolls(shown):
    legend = shown(Legend())
    legend.set_classes([str(i) for i in range(10)], TEN)
    ten = legend.sizeHint().height()
    legend.set_classes([str(i) for i in range(30)], class_colours(30))
    assert legend.sizeHint().height() == ten
    assert legend.rows.sizeHint().height() > ten


# Small ones


def test_an_empty_panel_offers_its_button(shown, qtbot):
    empty = shown(EmptyState("The report will be here.", "Measure"))
    seen = []
    empty.pressed.connect(lambda: seen.append(1))
    qtbot.mouseClick(empty.button, LEFT)
    assert seen == [1]
    empty.set_text("Nothing can be measured.")
    assert empty.button.isHidden()


def test_a_layer_is_hidden_and_faded(shown, qtbot):
    row = shown(LayerRow("Holes", True, 0.6))
    seen = []
    row.changed.connect(lambda *value: seen.append(value))
    qtbot.mouseClick(row.eye, LEFT)
    assert seen == [(False, 0.6)]
    assert not row.slider.isEnabled()
    assert row.eye.toolTip() == "Show holes"
    qtbot.mouseClick(row.eye, LEFT)
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert seen[-1] == (True, 0.61)
    row.set_value(False, 0.2)
    assert row.value() == (False, 0.2)
    assert len(seen) == 3


def test_a_section_folds(shown, qtbot):
    section = shown(Section("Layers"))
    section.add(EmptyState("x"))
    seen = emitted(section.toggled)
    qtbot.mouseClick(section.header, LEFT)
    assert section.body.isHidden()
    section.set_open(True)
    section.set_open(True)
    assert seen == [False, True]


def test_all_pieces_repaint_in_the_other_theme(shown, qapp):
    theme.apply(qapp, "dark")
    picture = shown(ImageView("Nothing yet."), 240)
    dark = colour_at(picture, 120, 20).name()
    theme.apply(qapp, "light")
    assert (dark, colour_at(picture, 120, 20).name()) == (theme.DARK.frame, theme.LIGHT.frame)
    theme.apply(qapp, "dark")
