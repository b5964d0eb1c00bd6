"""The theory that comes with the program: chapters in Markdown, a passage under each key.

A docstring cites a passage as `theory: A3`, a finding by its `theory` key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .locations import resources

FOLDER = resources() / "theory"
CONTENTS = "README.md"  # the chapters and the symbols
PASSAGE = re.compile(r'^<a id="(\w+)"></a>\n## (.+)\n', re.MULTILINE)
FENCED = re.compile(r"^(```.*?^```\n|#.*?\n)", re.MULTILINE | re.DOTALL)
KEY = re.compile(r"\b[A-Z]\d+[a-z]?\b")


@dataclass(frozen=True)
class Passage:
    """What stands under one key."""

    key: str  # as it is cited, "A3"
    heading: str  # the line above it, which begins with the key
    chapter: Path


@cache
def passages() -> dict[str, Passage]:
    """All of them by key, in the order of the files."""
    every = [
        Passage(key, heading, chapter)
        for chapter in chapters().values()
        for key, heading in PASSAGE.findall(chapter.read_text(encoding="utf-8"))
    ]
    return {passage.key: passage for passage in every}


@cache
def chapters() -> dict[str, Path]:
    """The files by title, the contents first."""
    contents = FOLDER / CONTENTS
    others = sorted(path for path in FOLDER.glob("*.md") if path != contents)
    return {_title(path): path for path in (contents, *others)}


def linked(chapter: Path) -> str:
    """The Markdown of a chapter without its anchors, every key in it a link to "#key"."""
    text = PASSAGE.sub(r"## \2\n", chapter.read_text(encoding="utf-8"))
    parts = FENCED.split(text)  # every second one is code or a heading
    parts[::2] = [KEY.sub(_link, part) for part in parts[::2]]
    return "".join(parts)


def _title(chapter: Path) -> str:
    first, _, _ = chapter.read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("# ")


def _link(key: re.Match[str]) -> str:
    return f"[{key[0]}](#{key[0]})" if key[0] in passages() else key[0]
