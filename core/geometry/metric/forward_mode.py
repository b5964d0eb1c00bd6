"""What torch loads before its first forward-mode derivative."""

from __future__ import annotations

import sys
from collections.abc import Generator
from importlib import import_module
from typing import Any

from ...engine.worker import aside

COMPILER = "torch._dynamo"  # asked whether it is switched off, and loaded only for that


def prepared() -> Generator[None, Any, None]:
    """Loads it in a thread while the job pauses: the lane would stand still for seconds."""
    if COMPILER not in sys.modules:
        for _ in aside(lambda tell: import_module(COMPILER)):
            yield None
