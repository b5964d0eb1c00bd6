"""Round numbers for axes, and numbers as a person reads them."""

from __future__ import annotations

import math

from lacuna.core.figures.finding import grouped


def ticks(low: float, high: float, about: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten, about so many between low and high."""
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def number(value: float) -> str:
    """Three to four figures, thousands apart, a true minus: 4 690, 98.3, 0.0123, 1e-05 as 1e-5."""
    if value != 0 and not 1e-4 <= abs(value) < 1e7:
        mantissa, exponent = f"{value:.3g}".split("e")
        said = f"{mantissa}e{int(exponent)}"
    elif abs(value) >= 1000 or value == int(value):
        return grouped(round(value))
    else:
        said = f"{value:.3g}" if abs(value) < 100 else f"{value:.1f}"
    return said.replace("-", "\N{MINUS SIGN}")
