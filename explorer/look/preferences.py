"""Preferences of the window: its layout, its colours, and the files opened recently."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from lacuna.core.files.locations import home

from .theme import SCHEMES, Scheme

MOST = 8  # recent files


def preferences() -> QSettings:
    """One ini file in the program's own folder."""
    return QSettings(str(home() / "window.ini"), QSettings.Format.IniFormat)


def scheme() -> Scheme:
    """The colours chosen last; the system's where none were."""
    stored = preferences().value("theme")
    return next((name for name in SCHEMES if name == stored), "system")


def recent() -> list[Path]:
    """Files opened recently, the newest first; those that are gone are left out."""
    stored = preferences().value("recent")
    names = stored if isinstance(stored, list) else [stored] if isinstance(stored, str) else []
    return [Path(name) for name in names if Path(name).is_file()]


def remember(path: Path) -> None:
    """Put a file first among the recent ones."""
    others = [other for other in recent() if other != path.resolve()]
    names = [str(path.resolve()), *map(str, others)][:MOST]
    preferences().setValue("recent", names)
