"""The real program on a real X screen, with xdotool for hands: `make e2e`.

`python -m tests.e2e.xvfb --shots DIR` takes pictures of the window instead: two sizes, two themes.
The screen is read from the memory of Xvfb itself, so no tool for screenshots is needed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
from PIL import Image

from lacuna.core.files.locations import bundled
from tests.waiting import PATIENCE

PACKAGES = "xvfb xdotool libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1"
SIZES = ((1280, 800), (1920, 1080))
CALM = 1.5  # seconds without a change of the screen after which it has settled
MAP, SAMPLE = np.s_[60:580, 340:850], np.s_[60:320, 1008:1280]  # of a window of 1280x800
PATH, HEAD = np.s_[610:770, 0:1000], np.s_[2:38, 400:900]
RADII = np.s_[300:560, 90:340]  # of the geometry panel, where the bars of the classes come
SPOT, CORNER = (620, 330), (1919, 1079)  # on the map, and where the mouse is in nobody's way


class Screen:
    """An X server of our own, on the first display that is free."""

    def __init__(self, folder):
        read, write = os.pipe()
        self._file = Path(folder, "Xvfb_screen0")
        screen = "-noreset -screen 0 1920x1080x24"  # it outlives its first client
        command = f"Xvfb -displayfd {write} {screen} -fbdir {folder}".split()
        self.server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            self.display = f":{answer.readline().strip()}"

    def pixels(self):
        """(height, width, 3) bytes: an XWD file, 25 numbers and the colours before the pixels."""
        raw = self._file.read_bytes()
        head = np.frombuffer(raw, ">u4", 25)
        size, width, height, line, colours = (int(head[at]) for at in (0, 4, 5, 12, 19))
        rows = np.frombuffer(raw, np.uint8, height * line, size + 12 * colours)
        return rows.reshape(height, line // 4, 4)[:, :width, 2::-1].copy()


class Program:
    """`python -m lacuna.explorer` as a process of its own, in a home of its own."""

    def __init__(self, screen, home, *arguments):
        self.screen, self.errors, self.window = screen, Path(home, "stderr.txt"), ""
        self._env = os.environ | {"DISPLAY": screen.display, "LACUNA_HOME": home}
        self._env["QT_QPA_PLATFORM"] = "xcb"
        command = [sys.executable, "-m", "lacuna.explorer", *map(str, arguments)]
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(command, env=self._env, stderr=errors)

    def find(self):
        """Waits for the window, and gives it its size and the keyboard."""
        end, search = time.monotonic() + PATIENCE, ("search", "--sync", "--onlyvisible", "--name")
        while not self.window:
            if self.process.poll() is not None or time.monotonic() > end:
                why = f"no window; Debian needs {PACKAGES}.\n{self.errors.read_text()}"
                raise TimeoutError(why)
            with suppress(subprocess.TimeoutExpired):
                self.window = self.do(*search, "Lacuna", seconds=2)
        self.size(*SIZES[0])
        self.do("windowfocus", "--sync", self.window)

    def do(self, *words, seconds=PATIENCE):
        """One call of xdotool: "mousemove", 3, 4, "click", 1"""
        command = ["xdotool", *map(str, words)]
        return subprocess.check_output(command, env=self._env, text=True, timeout=seconds).strip()

    def ask(self, words):
        """A command by its name."""
        before = self.settled()
        self.do("key", "ctrl+k")
        self.until(lambda: changed(before, self.screen.pixels()), "the commands open")
        self.do("type", "--delay", 20, words)
        self.do("key", "Return")

    def size(self, width, height):
        self.do("windowmove", self.window, 0, 0, "windowsize", "--sync", self.window, width, height)

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain: {what}")
            time.sleep(0.05)

    def settled_as(self, condition, what):
        """The screen, once `condition(pixels)` holds and it changes no more."""
        self.until(lambda: condition(self.screen.pixels()), what)
        return self.settled()

    def settled(self):
        """The screen, once it changes no more."""
        observed, since, end = self.screen.pixels(), time.monotonic(), time.monotonic() + PATIENCE
        while time.monotonic() < min(since + CALM, end):
            time.sleep(0.1)
            now = self.screen.pixels()
            if (now != observed).any():
                observed, since = now, time.monotonic()
        return observed


@contextmanager
def program(*arguments, theme="dark"):
    """The program with a screen and a home that are gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        Path(home, "window.ini").write_text(f"[General]\ntheme={theme}\n")
        screen = Screen(home)
        lacuna = Program(screen, home, *arguments)
        try:
            lacuna.find()
            yield lacuna
        finally:
            for process in (lacuna.process, screen.server):
                process.terminate()
                process.wait(PATIENCE)


def changed(before, after, where=np.s_[:]):
    """Whether a person would see a difference there."""
    return (np.abs(before[where].astype(int) - after[where]).max(-1) > 24).sum() > 40


def shades(pixels):
    return len(np.unique(pixels.reshape(-1, 3), axis=0))


def story(lacuna):
    """What a person does and what is to be seen of it: (what, whether it was) a step."""
    begin = lacuna.settled_as(lambda now: shades(now[MAP]) > 500, "a map of many colours")
    yield "a map of many colours", True
    lacuna.do("mousemove", *SPOT, "click", "--repeat", 2, "--delay", 60, 1)
    there = lacuna.settled_as(lambda now: changed(begin, now, SAMPLE), "the cursor moves")
    yield "a double click moves the cursor", True
    way = [("mousemove", SPOT[0] + 12 * step, SPOT[1] - 9 * step) for step in range(1, 13)]
    lacuna.do("mousedown", 1, *(word for move in way for word in move), "mouseup", 1)
    lacuna.settled_as(lambda now: changed(there, now, SAMPLE), "the sample changes")
    yield "a drag changes the sample", True
    lacuna.do("key", "ctrl+z")
    back = lacuna.settled_as(lambda now: not changed(there, now, SAMPLE), "the drag is undone")
    yield "Ctrl+Z takes the drag back", True
    lacuna.do("key", "--repeat", 3, "shift+Right")
    lacuna.settled_as(lambda now: changed(back, now, SAMPLE), "the cursor moves")
    yield "arrow keys move the cursor", True
    lacuna.ask("place a and b")
    placed = lacuna.settled_as(lambda now: changed(back, now, PATH), "the frames of a path")
    yield "a command by its name: the frames of a path", True
    lacuna.do("key", "space")
    lacuna.until(lambda: changed(placed, lacuna.screen.pixels(), SAMPLE), "the path plays")
    yield "Space plays the path", True
    lacuna.do("key", "ctrl+3")
    lacuna.until(lambda: shades(lacuna.screen.pixels()[RADII]) > 250, "the radii of the classes")
    yield "Ctrl+3 measures the geometry", True
    lacuna.ask("colours light")
    lacuna.until(lambda: lacuna.screen.pixels()[HEAD].mean() > 200, "the light colours")
    yield "the light colours", True
    lacuna.do("key", "ctrl+q")
    yield "Ctrl+Q ends it with 0", lacuna.process.wait(PATIENCE) == 0
    yield "nothing on stderr", not lacuna.errors.read_text().strip()


def check():
    """Plays the story; 1 where anything in it failed."""
    passed = failed = 0
    try:
        with program(bundled()["strokes"]) as lacuna:
            for what, was in story(lacuna):
                passed, failed = passed + bool(was), failed + (not was)
                print("ok    " if was else "FAILED", what, flush=True)
            print(lacuna.errors.read_text(), end="")
    except (OSError, subprocess.SubprocessError) as error:
        failed += 1
        print("FAILED", error)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def shoot(folder):
    """The window as it opens, once the map has settled."""
    folder.mkdir(parents=True, exist_ok=True)
    for theme in ("dark", "light"):
        with program(theme=theme) as lacuna:
            lacuna.do("mousemove", *CORNER)
            for width, height in SIZES:
                lacuna.size(width, height)
                path = folder / f"{theme}-{width}x{height}.png"
                Image.fromarray(lacuna.settled()[:height, :width]).save(path)
                print(path, flush=True)
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=Path, metavar="DIR", help="take screenshots instead")
    folder = parser.parse_args().shots
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        print(f"A virtual screen and hands for it are missing: on Debian, apt install {PACKAGES}.")
        return 2
    return shoot(folder) if folder else check()


if __name__ == "__main__":
    raise SystemExit(main())
