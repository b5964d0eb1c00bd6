"""How the program answers where it cannot show what was asked for: a sentence, and exit code 2."""

import pytest

from lacuna.explorer.shell.display import why_no_window
from tests import programs


def started(*words, **more):
    environment = {**programs.environment(), **more}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        if name not in more:
            environment.pop(name, None)
    return programs.run("-m", "lacuna.explorer", *words, env=environment)


@pytest.mark.parametrize("words", [("nosuch", "a.lacuna"), ("nosuch",), ("missing.lacuna",)])
def test_a_wrong_word_opens_no_window(words):
    program = started(*words, QT_QPA_PLATFORM="offscreen")
    assert program.returncode == 2
    assert words[0] in program.stderr
    assert len(program.stderr.splitlines()) == 1


def test_without_a_screen_the_way_without_a_window_is_named():
    program = started()
    assert program.returncode == 2
    assert "DISPLAY" in program.stderr
    assert "lacuna report" in program.stderr
    assert "Traceback" not in program.stderr


def test_a_screen_that_is_not_there():
    program = started(DISPLAY=":4711")
    assert program.returncode == 2
    assert len(program.stderr.splitlines()) == 1


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_other_platforms_need_no_screen(platform):
    assert why_no_window({"QT_QPA_PLATFORM": platform}) == ""


def test_wayland_is_a_screen():
    assert why_no_window({"WAYLAND_DISPLAY": "wayland-0"}) == ""
