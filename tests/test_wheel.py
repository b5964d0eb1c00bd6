"""A wheel, built from a copy of the sources and installed beside no checkout, is the program."""

import json
import os
import shutil
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests import programs
from tests.programs import ROOT

SOURCES = ("core", "explorer", "resources")
TEXTS = ("pyproject.toml", "README.md", "LICENSE")

BUILD = "import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"

FIND = """
import importlib.util, json
from lacuna.core.files import locations
print(json.dumps({
    "loose": [name for name in ("core", "explorer", "resources", "tests")
              if importlib.util.find_spec(name)],
    "resources": str(locations.resources()),
    "models": sorted(locations.bundled()),
}))
"""

WINDOW = """
import torch
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from lacuna.explorer.shell.app import Program

def look():
    if program.session.results.map is not None:
        app.quit()

app = QApplication([])
program = Program(app)
program.start()
timer = QTimer(interval=50)
timer.timeout.connect(look)
timer.start()
app.exec()
image = program.window.map.grab().toImage()
places = [(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)]
print(len({image.pixel(x, y) for x, y in places}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built without a network by the backend that pyproject.toml names."""
    sources, built = (tmp_path_factory.mktemp(name) for name in ("sources", "built"))
    for name in SOURCES:
        shutil.copytree(ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in TEXTS:
        shutil.copy(ROOT / name, sources)
    programs.run("-c", BUILD, built, cwd=sources, check=True)
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """(python, variables) of an environment of its own with the wheel in it.

    What the program depends on is seen where the tests have it; the checkout is not.
    """
    home = tmp_path_factory.mktemp("environment")
    programs.run("-m", "venv", "--without-pip", home, check=True)
    python = home / ("Scripts" if os.name == "nt" else "bin") / Path(sys.executable).name
    paths = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    offline = ("--no-index", "--no-deps", "--no-compile", "--disable-pip-version-check")
    install = "-m", "pip", "--python", python, "install"
    # where pip sees no checkout, or it finds that installed and does nothing
    programs.run(*install, *offline, wheel, env=inherited, cwd=home, check=True)
    dependencies = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    # only now: pip would find the checkout's lacuna among them, and install nothing
    (site / "dependencies.pth").write_text("\n".join(sorted(dependencies)))
    return python, {**inherited, "LACUNA_HOME": str(home / "home"), "OMP_NUM_THREADS": "1"}


@pytest.fixture
def run(environment, tmp_path):
    """Runs a script of the environment in a folder that is nobody's."""
    python, variables = environment

    def run(*words, script=python.name):
        executable = python.with_name(script)
        ended = programs.run(*words, executable=executable, env=variables, cwd=tmp_path)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run


def test_its_only_top_level_is_the_program(wheel):
    names = [Path(name) for name in zipfile.ZipFile(wheel).namelist()]
    assert {name.parts[0].split("-")[0] for name in names} == {"lacuna"}
    assert {name.parts[1] for name in names if name.parts[0] == "lacuna"} == set(SOURCES)


def test_every_file_of_the_program_is_in_it(wheel):
    """Data files too: icons, templates, models."""
    there = set(zipfile.ZipFile(wheel).namelist())
    for name in SOURCES:
        paths = (path for path in (ROOT / name).rglob("*") if path.is_file())
        files = {path for path in paths if "__pycache__" not in path.parts}
        assert {f"lacuna/{path.relative_to(ROOT).as_posix()}" for path in files} <= there


def test_it_puts_nothing_else_on_the_path_and_finds_what_comes_with_it(run, environment):
    answer = json.loads(run("-c", FIND))
    assert answer["loose"] == []
    assert Path(answer["resources"]).is_relative_to(environment[0].parents[1])
    assert answer["models"] == ["mnist", "strokes"]


def test_its_command_reports_on_a_bundled_model_with_the_templates_that_come_with_it(run, tmp_path):
    model = Path(json.loads(run("-c", FIND))["resources"], "models", "strokes.lacuna")
    report = run("report", model, "--json", "--out", "page.html", script="lacuna")
    assert json.loads(report)["latent"] == 2
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert "</html>" in page


def test_its_window_shows_a_map(run):
    assert int(run("-c", WINDOW)) > 100  # colours
