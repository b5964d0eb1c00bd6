"""Python programs that a test starts: they can be interrupted, and none is waited for for ever."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[1]


def run(*words, executable=sys.executable, env=None, **more):
    """The program at its end: its exit code, and all that it wrote."""
    with interruptible():
        return subprocess.run(
            [executable, *map(str, words)],
            env=env or environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            **more,
        )


def start(*words):
    """The program on its way, at the ends of its pipes."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with interruptible():
        command = [sys.executable, *map(str, words)]
        return subprocess.Popen(command, env=environment(), text=True, **pipes)


def environment():
    """A program finds the tests, whatever folder it runs in, and takes one thread."""
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    paths = [str(ROOT), *(str(Path(path).absolute()) for path in inherited if path)]
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}


@contextmanager
def interruptible():
    """SIGINT ends what is started here, though it be ignored around the tests (`make test &`).

    A signal with a handler has its default action in the new program, an ignored one stays so.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
