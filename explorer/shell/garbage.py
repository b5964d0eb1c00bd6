"""Garbage collection, in the window's thread alone.

Python collects cycles in whichever thread happens to fill the nursery. A lane that frees a widget
frees it while the window may be painting it, and takes the program along.
"""

from __future__ import annotations

import gc


def take_over() -> None:
    """From now on nothing is collected but by `sweep`; what is loaded stays, unseen by it."""
    gc.freeze()  # to look the modules through again takes a tenth of a second
    gc.disable()


def sweep() -> None:
    """Collects what Python would have collected by now. Called between events, often."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
