"""What was measured, as a person reads it: the lines of panels, reports and the command line."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Literal

from .estimate import Estimate

NONE = "not applicable"
NEEDS_IMAGES = "needs the images"
INSIGNIFICANT = "not told from 0"


@dataclass(frozen=True)
class Quantity:
    """Something that can be measured: its name, its unit, what it means and how it is computed."""

    key: str
    label: str
    unit: str = ""  # "%": of estimates in percent
    meaning: str = ""  # what it says, in a sentence
    formula: str = ""
    source: str = ""
    theory: str = ""  # key of the passage that explains the formula, see `files.theory`
    digits: int | None = 3  # decimals; None where the interval is to say how many
    bound: Literal["", "≤ ", "≥ "] = ""  # what holds is the far end of the interval, not its middle


@dataclass(frozen=True)
class Finding:
    """One number as a person reads it."""

    key: str
    label: str
    value: str  # with its unit; NONE or NEEDS_IMAGES for lack of one, INSIGNIFICANT where maybe 0
    meaning: str  # what it says, in a sentence
    interval: str = ""  # of 95 %; empty where there is no doubt
    formula: str = ""
    source: str = ""
    remark: str = ""  # why there is no value, or what to beware of
    number: Estimate | None = None  # for machines
    theory: str = ""  # key of the passage that explains the formula


@dataclass(frozen=True)
class Chapter:
    """Findings that belong together."""

    key: str
    title: str
    findings: tuple[Finding, ...]


def measured(quantity: Quantity, estimate: Estimate, remark: str = "") -> Finding:
    """The finding that a quantity has this value; none where it is no number."""
    if math.isnan(estimate.value):
        return absent(quantity, remark or "there is nothing to measure")
    digits = decimals(estimate) if quantity.digits is None else quantity.digits
    end = {"": estimate.value, "≤ ": estimate.high, "≥ ": estimate.low}[quantity.bound]
    value = f"{quantity.bound}{number(end, digits)} {quantity.unit}".rstrip()
    return replace(stated(quantity, value, remark, estimate), interval=between(estimate, digits))


def absent(quantity: Quantity, because: str) -> Finding:
    """The finding that it has no value here, and why."""
    return stated(quantity, NONE, f"Not applicable: {because}.")


def needs_images(quantity: Quantity, because: str) -> Finding:
    """The finding that it would have one if the images were here; because: a sentence."""
    return stated(quantity, NEEDS_IMAGES, because)


def stated(
    quantity: Quantity, value: str, remark: str = "", number: Estimate | None = None
) -> Finding:
    """The finding that it has this value, in words."""
    return Finding(
        key=quantity.key,
        label=quantity.label,
        value=value,
        meaning=quantity.meaning,
        formula=quantity.formula,
        source=quantity.source,
        remark=remark,
        number=number,
        theory=quantity.theory,
    )


def insignificant(finding: Finding) -> Finding:
    """A distance that chance alone may have made; what was measured stands in its remark."""
    remark = f"Measured: {finding.value}. {finding.remark}".rstrip()
    return replace(finding, value=INSIGNIFICANT, remark=remark)


def to_json(finding: Finding) -> dict[str, str | float]:
    """As a machine reads it; infinities are words, for JSON has none."""
    values: dict[str, str | float] = {"label": finding.label, "text": finding.value}
    if finding.remark:
        values["remark"] = finding.remark
    if finding.number is not None:
        for name, value in asdict(finding.number).items():
            values[name] = value if math.isfinite(value) else str(value)
    return values


# ---- numbers in words ----


def between(estimate: Estimate, digits: int = 3) -> str:
    """The interval in words; empty where it is a point."""
    if estimate.low == estimate.high:
        return ""
    return f"{number(estimate.low, digits)} to {number(estimate.high, digits)}"


def number(value: float, digits: int = 3) -> str:
    """With so many decimals, thousands apart, a true minus and infinity in a word."""
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    text = f"{round(value, digits) + 0.0:,.{digits}f}"  # + 0.0: what is rounded to 0 has no sign
    return text.replace("-", "\N{MINUS SIGN}").replace(",", "\N{NO-BREAK SPACE}")


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
