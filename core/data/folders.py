"""Where on this machine the user's data lies: remembered, so that nobody is asked twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ..files.atomic import write
from ..files.locations import home
from .dataset import DataConfig
from .registry import is_local


def with_known_folder(config: DataConfig) -> DataConfig:
    """`config` with the folder in which its data was found before, where it names none of use."""
    if is_local(config):
        return config
    known = replace(config, folder=_folders().get(config.name, config.folder))
    return known if is_local(known) else config


def remember_folder(config: DataConfig) -> None:
    """From now on the data of that name is looked for in that folder."""
    folders = {**_folders(), config.name: config.folder}
    _file().parent.mkdir(parents=True, exist_ok=True)
    write(_file(), json.dumps(folders, indent=1).encode())


def _folders() -> dict[str, str]:
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _file() -> Path:
    return home() / "folders.json"
