"""Dialogs begin where the last one ended, and a name without an ending gets the proposed one."""

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from lacuna.explorer.widgets.file_choice import file_to_open, file_to_save, folder_to_use


@pytest.fixture
def dialogs(monkeypatch):
    """What the dialogs were opened with, and what the user answers."""
    record = {"begun": [], "answer": ""}

    def opened(owner, title, place, kinds=""):
        record["begun"].append(place)
        return record["answer"], ""

    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, opened)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *words: opened(*words)[0])
    return record


def test_the_next_dialog_begins_where_the_last_one_ended(qtbot, dialogs, tmp_path):
    owner = QWidget()
    qtbot.addWidget(owner)
    (tmp_path / "mine").mkdir()
    dialogs["answer"] = str(tmp_path / "mine" / "a.lacuna")
    assert file_to_open(owner, "Open") == tmp_path / "mine" / "a.lacuna"
    dialogs["answer"] = str(tmp_path / "b")
    assert file_to_save(owner, "Save", "b.png") == tmp_path / "b.png"
    dialogs["answer"] = str(tmp_path / "mine")
    assert folder_to_use(owner, "Folder") == tmp_path / "mine"
    dialogs["answer"] = ""
    assert file_to_open(owner, "Open") is None
    assert dialogs["begun"][1:] == [
        str(tmp_path / "mine" / "b.png"),
        str(tmp_path),
        str(tmp_path / "mine"),
    ]


def test_a_proposed_name_with_a_folder_is_kept(qtbot, dialogs, tmp_path):
    owner = QWidget()
    qtbot.addWidget(owner)
    file_to_save(owner, "Save", str(tmp_path / "c.lacuna"))
    assert dialogs["begun"] == [str(tmp_path / "c.lacuna")]
