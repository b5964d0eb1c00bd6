"""Small preferences of the window: its layout, the theme, and the files that were open lately."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings

from lacuna.core.files.locations import home

MOST = 8


def preferences() -> QSettings:
    """One ini file in the program's own folder."""
    return QSettings(str(home() / "window.ini"), QSettings.Format.IniFormat)


def recent() -> list[Path]:
    """The newest first; those that are gone are left out."""
    said = preferences().value("recent", [])
    names = [said] if isinstance(said, str) else list(said or [])
    return [Path(name) for name in names if Path(name).is_file()]


def remember(path: Path) -> None:
    others = [old for old in recent() if old != path.resolve()]
    kept = [str(path.resolve()), *map(str, others)][:MOST]
    preferences().setValue("recent", kept)
