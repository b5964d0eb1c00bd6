"""What was measured, in words: the lines of the geometry panel, the report and the command line."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from .estimate import Estimate

NONE = "not applicable"


@dataclass(frozen=True)
class Finding:
    """One number as a person reads it."""

    key: str
    label: str
    value: str  # with its unit; NONE where there is none
    meaning: str  # what it says, in a sentence
    interval: str = ""  # of 95 %; empty where there is no doubt
    formula: str = ""
    source: str = ""
    remark: str = ""  # why there is no value, or what to beware of
    number: Estimate | None = None  # for machines


@dataclass(frozen=True)
class Chapter:
    """Findings that belong together."""

    key: str
    title: str
    findings: tuple[Finding, ...]


def measured(
    key: str,
    label: str,
    estimate: Estimate,
    unit: str,
    meaning: str,
    *,
    digits: int = 3,
    prefix: str = "",
    formula: str = "",
    source: str = "",
    remark: str = "",
) -> Finding:
    """A Finding of an estimate. prefix: "≤ " before an upper bound, say."""
    if math.isnan(estimate.value):
        because = remark or "there is nothing to measure"
        return absent(key, label, meaning, because, formula, source)
    value = f"{prefix}{number(estimate.value, digits)} {unit}".rstrip()
    interval = between(estimate, digits)
    return Finding(key, label, value, meaning, interval, formula, source, remark, estimate)


def absent(
    key: str, label: str, meaning: str, because: str, formula: str = "", source: str = ""
) -> Finding:
    """A Finding without a number, and why."""
    said = f"Not applicable: {because}."
    return Finding(key, label, NONE, meaning, "", formula, source, said)


def between(estimate: Estimate, digits: int = 3) -> str:
    """The interval in words; empty where it is a point."""
    if estimate.low == estimate.high:
        return ""
    return f"{number(estimate.low, digits)} to {number(estimate.high, digits)}"


def number(value: float, digits: int = 3) -> str:
    """With a true minus and infinity in a word."""
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    return f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def share(value: float) -> str:
    """A part of the prior in percent, never 0 % for what is only rare."""
    if 0 < value < 0.001:
        return "<0.1 %"
    return f"{100 * value:.1f} %"


def plain(finding: Finding) -> dict[str, Any]:
    """As a machine reads it; infinities are words, for JSON has none."""
    said: dict[str, Any] = {"label": finding.label, "said": finding.value}
    if finding.remark:
        said["remark"] = finding.remark
    if finding.number is not None:
        for name, value in asdict(finding.number).items():
            said[name] = value if math.isfinite(value) else str(value)
    return said
