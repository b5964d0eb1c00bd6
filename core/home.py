"""Where the program keeps what nobody gave a place: runs under way, judges, small preferences."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The program's own folder; LACUNA_HOME moves it."""
    asked = os.environ.get("LACUNA_HOME")
    return Path(asked) if asked else Path(platformdirs.user_data_dir("lacuna", appauthor=False))


def bundled() -> dict[str, Path]:
    """The models that come with the program, by name."""
    folder = Path(__file__).parents[1] / "resources" / "models"
    return {path.stem: path for path in sorted(folder.glob("*.lacuna"))}
