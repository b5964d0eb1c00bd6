"""Numbers on screen: values and tooltips."""

import pytest
from PySide6.QtWidgets import QLabel

from lacuna.explorer.widgets.canvas import NOTHING, percent
from lacuna.explorer.widgets.figure_table import Figure, FigureTable
from lacuna.explorer.widgets.tip import tip

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen's own


def test_figures_show_values_and_none(shown):
    figures = shown(FigureTable([Figure("p", "Log density", tip("How likely.", unit="nats"))]))
    assert figures.rows["p"][1].text() == NOTHING
    figures.set_value("p", "-2.1 nats", tip("How likely.", source="theory: E1"))
    assert figures.rows["p"][1].text() == "-2.1 nats"
    assert "theory: E1" in figures.findChild(QLabel, "p").toolTip()
    figures.set_value("p", None)
    assert figures.rows["p"][1].text() == NOTHING
    with pytest.raises(ValueError, match="already"):
        figures.add(Figure("p", "again"))


def test_a_number_that_there_cannot_be_has_no_row(shown):
    figures = shown(FigureTable([Figure("p", "Log density"), Figure("q", "Accuracy")]))
    high = figures.sizeHint().height()
    figures.show_row("q", False)
    assert figures.sizeHint().height() < high
    figures.show_row("q", True)
    assert figures.sizeHint().height() == high


def test_a_long_label_does_not_widen_the_panel(shown):
    figures = shown(
        FigureTable([Figure("j", "Accuracy of the judge on decoded images of a class")])
    )
    figures.set_value("j", "97.8 %")
    assert figures.minimumSizeHint().width() < 200


def test_a_tooltip_says_its_parts_and_is_no_markup():
    text = tip("p < q", formula="a & b", unit="nats")
    assert "p &lt; q" in text
    assert "a &amp; b" in text
    assert text.index("Unit") < text.index("Formula")
    with pytest.raises(ValueError, match="colour"):
        tip("x", colour="red")


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (1e-4, "<1 %"), (0.934, "93 %"), (0.999, ">99 %"), (1, "100 %")]
)
def test_percent_is_certain_only_where_it_is(share, text):
    assert percent(share) == text
