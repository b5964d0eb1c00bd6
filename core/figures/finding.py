"""What was measured, in words: the lines of the geometry panel, the report and the command line."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

from .estimate import Estimate

NONE = "not applicable"
UNSEEN = "needs the images"
UNTOLD = "not told from 0"


@dataclass(frozen=True)
class Finding:
    """One number as a person reads it."""

    key: str
    label: str
    value: str  # with its unit; NONE or UNSEEN where there is none, UNTOLD where it may be 0
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
    digits: int | None = 3,
    prefix: str = "",
    formula: str = "",
    source: str = "",
    remark: str = "",
) -> Finding:
    """A Finding of an estimate. prefix: "≤ " before an upper bound, say.

    digits: decimals; None where the interval is to say how many.
    """
    if math.isnan(estimate.value):
        because = remark or "there is nothing to measure"
        return absent(key, label, meaning, because, formula, source)
    digits = decimals(estimate) if digits is None else digits
    value = f"{prefix}{number(estimate.value, digits)} {unit}".rstrip()
    interval = between(estimate, digits)
    return Finding(key, label, value, meaning, interval, formula, source, remark, estimate)


def absent(
    key: str, label: str, meaning: str, because: str, formula: str = "", source: str = ""
) -> Finding:
    """A Finding without a number, and why."""
    said = f"Not applicable: {because}."
    return Finding(key, label, NONE, meaning, "", formula, source, said)


def unseen(
    key: str, label: str, meaning: str, because: str, formula: str = "", source: str = ""
) -> Finding:
    """A Finding that there would be if the images were here; because: a sentence."""
    return Finding(key, label, UNSEEN, meaning, "", formula, source, because)


def untold(finding: Finding) -> Finding:
    """A distance that chance alone may have made; what was measured stands in its remark."""
    remark = f"Measured: {finding.value}. {finding.remark}".rstrip()
    return replace(finding, value=UNTOLD, remark=remark)


def between(estimate: Estimate, digits: int = 3) -> str:
    """The interval in words; empty where it is a point."""
    if estimate.low == estimate.high:
        return ""
    return f"{number(estimate.low, digits)} to {number(estimate.high, digits)}"


def number(value: float, digits: int = 3) -> str:
    """With so many decimals, thousands apart, a true minus and infinity in a word."""
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    said = f"{round(value, digits) + 0.0:,.{digits}f}"  # + 0.0: what is rounded to 0 has no sign
    return said.replace("-", "\N{MINUS SIGN}").replace(",", "\N{NO-BREAK SPACE}")


def grouped(count: int) -> str:
    """A count, thousands apart."""
    return number(count, 0)


def decimals(estimate: Estimate) -> int:
    """So many that half of the interval is some units of the last; of a point, four figures."""
    if not math.isfinite(estimate.value):
        return 0
    half, value = (estimate.high - estimate.low) / 2, abs(estimate.value)
    if math.isfinite(half) and half > 0:
        return _decimals(half / 2)
    return _decimals(value / 1000) if value > 0 else 3


def _decimals(unit: float) -> int:
    """Down to this power of ten, within reason"""
    return min(max(0, -math.floor(math.log10(unit))), 8)


def share(value: float) -> str:
    """A part in percent, never 0 % for what is only rare."""
    if 0 < value < 0.001:
        return "<0.1 %"
    return f"{number(100 * value, 1)} %"


def plain(finding: Finding) -> dict[str, Any]:
    """As a machine reads it; infinities are words, for JSON has none."""
    said: dict[str, Any] = {"label": finding.label, "said": finding.value}
    if finding.remark:
        said["remark"] = finding.remark
    if finding.number is not None:
        for name, value in asdict(finding.number).items():
            said[name] = value if math.isfinite(value) else str(value)
    return said
