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


def last_folder() -> Path:
    """Where the last file was chosen; the user's own folder at first."""
    stored = preferences().value("folder")
    folder = Path(stored) if isinstance(stored, str) else Path.home()
    return folder if folder.is_dir() else Path.home()


def remember_folder(folder: Path) -> None:
    """The next dialog begins there."""
    preferences().setValue("folder", str(folder.resolve()))


def remember(path: Path) -> None:
    """Put a file first among the recent ones."""
    others = [other for other in recent() if other != path.resolve()]
    names = [str(path.resolve()), *map(str, others)][:MOST]
    preferences().setValue("recent", names)
