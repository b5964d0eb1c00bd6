"""A line that ends in an ellipsis where it does not fit."""

from PySide6.QtWidgets import QLabel

from lacuna.explorer.widgets.elided_label import ElidedLabel


def test_a_line_too_long_for_its_place_is_whole_in_its_tooltip(qtbot):
    line = ElidedLabel()
    line.setText("a way found from here to where the model draws an eight")
    qtbot.addWidget(line)
    line.resize(80, 20)
    line.show()
    assert QLabel.text(line).endswith("…")
    assert line.toolTip() == line.text()
    line.resize(800, 20)
    qtbot.waitUntil(lambda: QLabel.text(line) == line.text())
