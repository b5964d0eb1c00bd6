"""The table of commands, the palette that reads it, the folding panel."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from lacuna.explorer.look import preferences
from lacuna.explorer.shell.command_palette import CommandPalette
from lacuna.explorer.shell.commands import Command, actions, title_with_keys
from lacuna.explorer.shell.side_panel import SidePanel


@pytest.fixture
def ran():
    return []


@pytest.fixture
def table(ran):
    def command(name, title, **more):
        return Command(name, title, lambda: ran.append(name), **more)

    return [
        command("open", "Open a file…", shortcut="Ctrl+O"),
        command("play", "Play the path", shortcut="Space"),
        command("never", "Never possible", possible=lambda: False),
    ]


def test_a_palette_filters_and_runs_by_keyboard(qtbot, table, ran):
    window = QWidget()
    qtbot.addWidget(window)
    palette = CommandPalette(table, window)
    qtbot.addWidget(palette)
    titles = [palette.list.item(row).text() for row in range(palette.list.count())]
    assert titles == ["Open a file… (Ctrl+O)", "Play the path (Space)"]
    QTest.keyClicks(palette.entry, "path")
    assert palette.list.count() == 1
    QTest.keyClick(palette.entry, Qt.Key.Key_Return)
    assert ran == ["play"]


def test_the_arrows_walk_the_palette(qtbot, table, ran):
    window = QWidget()
    qtbot.addWidget(window)
    palette = CommandPalette(table, window)
    qtbot.addWidget(palette)
    QTest.keyClick(palette, Qt.Key.Key_Up)
    QTest.keyClick(palette.entry, Qt.Key.Key_Return)
    assert ran == ["play"]


def test_a_plain_key_is_alive_only_in_what_is_touched(qtbot, table, ran):
    window, touched, button = QWidget(), QWidget(), QPushButton("press")
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    for part in (touched, button):
        part.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout.addWidget(part)
    button.clicked.connect(lambda: ran.append("pressed"))
    actions(table, window, [touched])
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    for widget, report in ((touched, "play"), (button, "pressed")):
        widget.setFocus()
        qtbot.waitUntil(widget.hasFocus)
        QTest.keyClick(widget, Qt.Key.Key_Space)
        assert ran.pop() == report
    QTest.keyClick(button, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["open"]


def test_what_is_spoken_names_the_keys():
    assert title_with_keys(Command("quit", "Quit", lambda: None, "Ctrl+Q")) == "Quit (Ctrl+Q)"
    assert title_with_keys(Command("quit", "Quit", lambda: None)) == "Quit"


def test_a_side_panel_folds_at_the_second_click(qtbot):
    side = SidePanel({"One": ("explore", QLabel("1")), "Two": ("train", QLabel("2"))})
    qtbot.addWidget(side)
    side.show()
    one, two = side.buttons.values()
    assert (side.pages.currentIndex(), side.pages.isVisible()) == (0, True)
    QTest.mouseClick(two, Qt.MouseButton.LeftButton)
    assert (side.pages.currentIndex(), two.isChecked(), one.isChecked()) == (1, True, False)
    QTest.mouseClick(two, Qt.MouseButton.LeftButton)
    assert side.pages.isHidden()
    assert not two.isChecked()
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)
    assert (side.pages.currentIndex(), side.pages.isVisible()) == (0, True)


def test_the_buttons_of_the_rail_are_of_one_width(qtbot):
    pages = {"One": ("explore", QLabel("1")), "One much longer": ("train", QLabel("2"))}
    side = SidePanel(pages)
    qtbot.addWidget(side)
    side.show()
    assert len({button.width() for button in side.buttons.values()}) == 1


def test_recent_files_are_newest_first_and_there(tmp_path):
    names = [tmp_path / f"{index}.lacuna" for index in range(10)]
    for path in names:
        path.write_bytes(b"")
        preferences.remember(path)
    preferences.remember(names[4])
    names[9].unlink()
    observed = [path.name for path in preferences.recent()]
    assert observed == [f"{index}.lacuna" for index in (4, 8, 7, 6, 5, 3, 2)]
