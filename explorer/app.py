"""The composition root: engine, session, window, in this order, and an orderly way out.

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

from core import device, kept
from core.engine import Engine, Failure
from core.home import bundled
from core.models import MODELS, outside
from core.problem import Problem
from core.session import Session
from explorer import recent, sweep, theme
from explorer.pump import Pump
from explorer.window import Window

FIRST = ("strokes", "mnist")  # the bundled model to open where nobody asks for a file


class Program:
    """Everything that lives as long as the window does."""

    def __init__(self, app: QApplication) -> None:
        self.app = app
        theme.apply(app, recent.preferences().value("theme", "system"))
        self.engine = Engine()
        self.session = Session(self.engine)
        self.window = Window(self.session)
        self.pump = Pump(self.engine, self.session)
        app.aboutToQuit.connect(self.close)
        self._failing = False
        sweep.take_over()

    def start(self, path: Path | None = None) -> None:
        """Show the window on `path`, or on a bundled model."""
        self.window.show()
        first = [bundled()[name] for name in FIRST if name in bundled()]
        if path is not None:
            self.window.open(path)
        elif first:
            self.window.open_model(first[0])
        self.window.offer(kept.interrupted())

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
    """Run the window until it is closed; `arguments` may name a file to open."""
    try:
        arguments = outside.taken(arguments, MODELS)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    device.settle_threads()
    sys.setswitchinterval(0.0005)  # a busy lane gives way to the window within half a millisecond
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Lacuna")
    program = Program(app)
    sys.excepthook = program.hook
    signal.signal(signal.SIGINT, lambda *_: program.window.close())
    alive = QTimer()  # lets Python see a Ctrl-C while Qt waits
    alive.start(500)
    alive.timeout.connect(lambda: None)
    program.start(Path(arguments[0]) if arguments else None)
    return app.exec()
