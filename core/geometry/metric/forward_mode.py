"""What torch loads before its first forward-mode derivative."""

from __future__ import annotations

import sys
from collections.abc import Generator
from importlib import import_module
from typing import Any

from ...engine.worker import in_thread

COMPILER = "torch._dynamo"  # torch checks whether it is switched off, and loads it only for that


def load_forward_mode() -> Generator[None, Any, None]:
    """Load it in a thread while the job pauses: the lane would stand for seconds."""
    if COMPILER not in sys.modules:
        for _ in in_thread(lambda report: import_module(COMPILER)):
            yield None
