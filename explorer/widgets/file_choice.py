"""Dialogs that ask for a file or a folder: each begins where the last one ended."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from ..look import preferences


def file_to_open(owner: QWidget, title: str, kinds: str = "") -> Path | None:
    """The file that the user chooses; None where the dialog is cancelled."""
    name, _ = QFileDialog.getOpenFileName(owner, title, str(preferences.last_folder()), kinds)
    return _chosen(name)


def file_to_save(owner: QWidget, title: str, proposed: str, kinds: str = "") -> Path | None:
    """The file to write to; the suffix of `proposed` where none is typed; None if cancelled."""
    place = str(preferences.last_folder() / proposed)  # `proposed` alone where it has a folder
    name, _ = QFileDialog.getSaveFileName(owner, title, place, kinds)
    path = _chosen(name)
    if path is None or path.suffix:
        return path
    return path.with_suffix(Path(proposed).suffix)


def folder_to_use(owner: QWidget | None, title: str) -> Path | None:
    """The folder that the user chooses; None where the dialog is cancelled."""
    name = QFileDialog.getExistingDirectory(owner, title, str(preferences.last_folder()))
    return _chosen(name)


def _chosen(name: str) -> Path | None:
    if not name:
        return None
    path = Path(name)
    preferences.remember_folder(path if path.is_dir() else path.parent)
    return path
