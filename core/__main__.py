"""python -m lacuna.core: the command line. The environment comes before torch."""

import os
import sys


def main() -> int:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # else busy threads stall each other
    from .cli.main import main as command_line

    return command_line(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
