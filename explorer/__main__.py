"""lacuna, or python -m lacuna.explorer: the window, or one of the commands of core.cli.main.

The environment comes before torch, and torch before Qt: on Windows a library of torch fails to
load once Qt's are there.
"""

import gc
import os
import sys
from pathlib import Path

from .shell.display import why_no_window

FOLLOW = "--follow"  # the file is being written by another program: show what it comes to
COMMANDS = ("train", "report", "map", "path", "experiment", "compare", "results")


def main() -> int:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # else busy threads stall each other
    arguments = sys.argv[1:]
    asked = arguments
    while asked and asked[0] in ("--model-file", "--threads"):
        asked = asked[2:]
    if asked and (asked[0] in COMMANDS or asked[0].startswith("-")):
        from lacuna.core.cli.main import main as command_line

        return command_line(arguments)
    if problem := _wrong_call(asked) or why_no_window(os.environ):
        print(problem, file=sys.stderr)
        return 2
    gc.disable()  # among modules there is none, and looking takes a sixth of the start
    import torch  # noqa: F401

    from .shell.app import main as window

    return window(arguments)


def _wrong_call(words: list[str]) -> str:
    """Why there is nothing to open, in a sentence; a file that is followed may come later"""
    if not words or FOLLOW in words or Path(words[0]).exists():
        return ""
    word = words[0]
    if Path(word).suffix or os.sep in word:
        return f"There is no file {word}: choose another."
    return f"{word} is no command and no file. The commands: {', '.join(COMMANDS)}."


if __name__ == "__main__":
    raise SystemExit(main())
