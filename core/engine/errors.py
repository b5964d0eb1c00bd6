"""Errors: what a user can mend, in one sentence, and any other as a value."""

from __future__ import annotations

import traceback
from dataclasses import dataclass


class Problem(Exception):
    """Bad input or a fault outside the program: what happened, where, and what to do.

    The window and the command line show its text as it is, without a traceback.
    """


@dataclass(frozen=True)
class Failure:
    """An error as a value, until somebody shows it."""

    sentence: str  # one readable line
    details: str  # the traceback; empty where the sentence says it all

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        if isinstance(error, Problem):
            return cls(str(error), "")
        sentence = traceback.format_exception_only(error)[-1].strip()
        return cls(sentence, "".join(traceback.format_exception(error)))
