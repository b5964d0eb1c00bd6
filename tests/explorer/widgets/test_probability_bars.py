"""The probabilities of the classes as bars, under mouse and keys."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from lacuna.core.render.colours import class_colours
from lacuna.explorer.look import theme
from lacuna.explorer.widgets.probability_bars import ProbabilityBars
from tests.explorer.gestures import colour_at, emitted, move

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own
TEN = class_colours(10)


def test_bars_keep_the_classes_order_and_emphasise_the_top(shown):
    bars = shown(ProbabilityBars([str(i) for i in range(10)], TEN))
    shares = np.full(10, 0.01)
    shares[3] = 0.91
    bars.set_shares(shares)
    assert bars.indices == list(range(10))
    assert bars.top == 3
    assert bars.accessibleDescription() == "3, 91 %"


def test_a_bar_has_its_class_colour_and_length(shown):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    bars.set_shares(np.array([0.0, 1.0]))
    for index, share in ((0, 0), (1, 1)):
        colour = colour_at(bars, 120, bars.row_rect(index).center().y()) == QColor(
            *map(int, TEN[1])
        )
        assert colour == bool(share)


def test_many_classes_show_the_likeliest_and_the_others(shown):
    bars = shown(ProbabilityBars([f"letter {i}" for i in range(50)], class_colours(50)))
    shares = np.full(50, 0.001)
    shares[[40, 7]] = 0.5, 0.452
    bars.set_shares(shares)
    assert len(bars.indices) == 10
    assert bars.indices == sorted(bars.indices[:-1]) + [-1]
    assert {40, 7} <= set(bars.indices)
    assert bars.share(-1) == pytest.approx(0.041)


def test_bars_without_an_answer_are_empty(shown):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    bars.set_shares(np.array([0.4, 0.6]))
    bars.set_shares(None)
    assert bars.top == -1
    bars.grab()


def test_probabilities_of_other_classes_are_refused(qapp):
    with pytest.raises(ValueError, match="3 probabilities for 2 classes"):
        ProbabilityBars(["a", "b"], TEN).set_shares(np.ones(3))


def test_hovering_a_bar_says_its_class_and_leaving_says_none(shown):
    bars = shown(ProbabilityBars(["a", "b", "c"], TEN))
    bars.set_shares(np.array([0.1, 0.2, 0.7]))
    received = emitted(bars.hovered)
    move(bars, 60, bars.row_rect(2).center().y())
    assert received[-1] == 2
    assert bars.highlighted() == 2
    move(bars, 60, bars.row_rect(0).center().y())
    assert received[-1] == 0
    bars.leaveEvent(None)
    assert received[-1] == -1


def test_arrow_keys_walk_through_the_bars(shown, qtbot):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    received = emitted(bars.hovered)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(bars, key)
    assert received == [0, 1, 0]


def test_a_highlight_from_elsewhere_says_nothing(shown):
    bars = shown(ProbabilityBars(["a", "b"], TEN))
    received = emitted(bars.hovered)
    bars.highlight(1)
    assert bars.highlighted() == 1
    assert received == []
    hover = theme.current().hover
    assert colour_at(bars, 1, bars.row_rect(1).center().y()).name() == hover
    assert colour_at(bars, 1, bars.row_rect(0).center().y()).name() != hover
