"""The program: engine, session and window are made here, and closed in order.

Errors that nobody expected lead to the same line as all others, with the traceback on demand.
"""

from __future__ import annotations

import signal
import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from lacuna.core.engine import device
from lacuna.core.engine.engine import Engine
from lacuna.core.engine.errors import Failure, Problem
from lacuna.core.files.locations import bundled
from lacuna.core.models import plugins
from lacuna.core.models.registry import MODELS
from lacuna.core.session.session import Session

from ..look import preferences, theme
from . import garbage
from .pump import Pump
from .window import Window

FIRST = ("strokes", "mnist")  # the bundled model to open where nobody asks for a file
FOLLOW = "--follow"  # the file is being written by another program: show what it comes to


class Program:
    """Everything that lives as long as the window does."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        theme.apply(app, preferences.scheme())
        self.engine = Engine()
        self.session = Session(self.engine)
        self.window = Window(self.session)
        self.pump = Pump(self.engine, self.session)
        self.window.map_area.opened.connect(self.pump.join)
        self.window.map_area.closed.connect(self.pump.leave)
        app.aboutToQuit.connect(self.close)
        self._failing = False
        garbage.take_over()

    def start(self, path: Path | None = None, *, follow: bool = False) -> None:
        """Show the window on `path`, or on the run that is written to it, or on a bundled model."""
        self.window.show()
        first = [bundled()[name] for name in FIRST if name in bundled()]
        if path is not None and follow:
            self.window.files.follow(path)
        elif path is not None:
            self.window.files.open(path)
        elif first:
            self.window.files.open_model(first[0])
        self.window.kept_runs.offer()

    def close(self) -> None:
        self.session.close()
        self.engine.close()

    def hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """sys.excepthook: one readable line; an error while saying so goes to the terminal."""
        if issubclass(kind, KeyboardInterrupt):
            self.app.quit()
        elif self._failing:
            traceback.print_exception(kind, error, trace)
        else:
            self._failing = True
            failure = Failure.of(error)
            self.window.messages.show_failure(failure.sentence, failure.details)
            self._failing = False


def main(arguments: list[str]) -> int:
    """Run the window until it is closed; `arguments` may name a file to open or to follow."""
    try:
        arguments, threads = device.taken_threads(plugins.taken(arguments, MODELS))
        device.settle_threads(threads)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    sys.setswitchinterval(0.0005)  # a busy lane gives way to the window within half a millisecond
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Lacuna")
    program = Program(app)
    sys.excepthook = program.hook
    signal.signal(signal.SIGINT, lambda *_: program.window.close())
    alive = QTimer()  # lets Python see a Ctrl-C while Qt waits
    alive.start(500)
    alive.timeout.connect(lambda: None)
    paths = [Path(word) for word in arguments if word != FOLLOW]
    program.start(paths[0] if paths else None, follow=FOLLOW in arguments)
    return app.exec()
