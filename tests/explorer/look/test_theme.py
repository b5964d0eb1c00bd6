"""The look: contrast in numbers, both schemes reach the program, icons follow."""

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QIcon, QPalette
from PySide6.QtWidgets import QLabel, QToolButton

from lacuna.explorer.look import icons, theme

SURFACES = ("window", "panel", "raised")


@pytest.fixture(autouse=True)
def undressed(qapp):
    yield
    theme.apply(qapp, "dark")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = QColor(colour).getRgbF()[:3]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_runs_from_one_to_twenty_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("worn", [theme.DARK, theme.LIGHT], ids=lambda worn: worn.name)
@pytest.mark.parametrize("surface", SURFACES)
def test_text_is_readable_on_every_surface(worn, surface):
    for token in ("text", "secondary", "error"):
        assert contrast(getattr(worn, token), getattr(worn, surface)) >= 4.5, token


@pytest.mark.parametrize("worn", [theme.DARK, theme.LIGHT], ids=lambda worn: worn.name)
def test_the_accent_is_readable_on_a_panel_and_carries_text(worn):
    assert contrast(worn.accent, worn.panel) >= 4.5
    assert contrast(worn.on_accent, worn.accent) >= 4.5
    assert contrast(worn.text, worn.hover) >= 4.5
    assert contrast(worn.secondary, worn.frame) >= 4.5
    assert all(contrast(ink, worn.panel) >= 3 for ink in worn.series)  # lines, WCAG 1.4.11


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_a_choice_reaches_palette_font_and_stylesheet(qapp, choice):
    worn = theme.apply(qapp, choice)
    assert theme.current() == worn
    assert worn.name == choice
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(worn.window)
    assert worn.accent in qapp.styleSheet()
    assert qapp.font().pixelSize() >= theme.TEXT_PX
    assert qapp.font().featureValue(QFont.Tag("tnum")) == 1


def test_the_system_decides_when_nobody_else_does(qapp):
    theme.apply(qapp, "system")
    assert theme.current().name in ("dark", "light")


def test_every_placeholder_of_the_stylesheet_has_a_file(qapp):
    for choice in ("dark", "light"):
        theme.apply(qapp, choice)
        for line in qapp.styleSheet().split("url(")[1:]:
            assert Path(line.split(")")[0]).is_file()


def test_a_change_is_announced(qapp, qtbot):
    theme.apply(qapp, "dark")
    with qtbot.waitSignal(theme.notice.changed) as observed:
        theme.apply(qapp, "light")
    assert observed.args == [theme.current()]


def test_a_role_colours_a_label(qapp, qtbot):
    worn = theme.apply(qapp, "dark")
    label = QLabel("x")
    qtbot.addWidget(label)
    theme.set_role(label, "secondary")
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(worn.secondary)


def inks(button: QToolButton) -> set[str]:
    image = button.icon().pixmap(40, 40).toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }


def test_icons_follow_the_theme(qapp, qtbot):
    theme.apply(qapp, "dark")
    button = QToolButton()
    qtbot.addWidget(button)
    icons.set_icon(button, "open")
    icons.set_icon(button, "stop")
    assert theme.DARK.text in inks(button)
    theme.apply(qapp, "light")
    assert theme.LIGHT.text in inks(button)


@pytest.mark.parametrize("name", icons.SHAPES)
def test_every_icon_draws_something_inside_its_box(qapp, name):
    image = icons.pixmap(name, "#ffffff", 40).toImage()
    painted = [(x, y) for x in range(40) for y in range(40) if image.pixelColor(x, y).alpha() > 40]
    assert len(painted) > 40
    assert all(2 <= x < 38 and 2 <= y < 38 for x, y in painted)


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_the_icon_of_a_marked_row_is_as_readable_as_its_text(qapp, choice):
    worn = theme.apply(qapp, choice)
    painted = icons.icon("stop").pixmap(20, QIcon.Mode.Selected).toImage()
    assert painted.pixelColor(10, 5).name() == worn.on_accent
