"""The signposts of the two folders: "to change X, go to Y" is true of files that exist."""

import ast
import re

import pytest

from tests.programs import ROOT

FOLDERS = ("core", "explorer")
HEAD = "To change ..."


def signposts(folder):
    """What is changed, and the files to go to."""
    text = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text(encoding="utf-8")))
    table = text[text.index(HEAD) :].splitlines()[1:]
    rows = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in table if line[:1] == " "]
    return {what: re.findall(r"[\w/]+\.py", where) for what, where in rows}


def test_there_is_a_signpost_for_at_least_twenty_behaviours():
    assert len(signposts("core")) >= 12
    assert len(signposts("explorer")) >= 10
    assert sum(len(signposts(folder)) for folder in FOLDERS) >= 20


@pytest.mark.parametrize(
    ("folder", "what"), [(folder, what) for folder in FOLDERS for what in signposts(folder)]
)
def test_every_signpost_names_files_that_exist(folder, what):
    paths = signposts(folder)[what]
    assert paths
    assert [path for path in paths if not (ROOT / folder / path).is_file()] == []
