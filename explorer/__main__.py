"""lacuna, or python -m lacuna.explorer: the window, or one of the commands of core.cli.main.

The environment comes before torch, and torch before Qt: on Windows a library of torch fails to
load once Qt's are there.
"""

import gc
import os
import sys

COMMANDS = ("train", "report", "map", "path", "experiment", "compare", "results")


def main() -> int:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # else busy threads stall each other
    arguments = sys.argv[1:]
    asked = arguments[2:] if arguments[:1] == ["--model-file"] else arguments
    if asked and (asked[0] in COMMANDS or asked[0].startswith("-")):
        from lacuna.core.cli.main import main as command_line

        return command_line(arguments)
    gc.disable()  # among modules there is none, and looking takes a sixth of the start
    import torch  # noqa: F401

    from .shell.app import main as window

    return window(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
