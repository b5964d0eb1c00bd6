"""Where the program keeps what nobody gave a place: runs under way, judges, small preferences."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The program's own folder; LACUNA_HOME moves it."""
    asked = os.environ.get("LACUNA_HOME")
    return Path(asked) if asked else Path(platformdirs.user_data_dir("lacuna", appauthor=False))


def resources() -> Path:
    """The folder of what comes with the program: models, icons, templates."""
    return Path(__file__).parents[2] / "resources"  # beside `core` in a checkout and in a wheel


def bundled() -> dict[str, Path]:
    """The models that come with the program, by name."""
    return {path.stem: path for path in sorted((resources() / "models").glob("*.lacuna"))}
