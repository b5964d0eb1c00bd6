"""Numbers beside an axis, and wherever a chart is read off."""

import numpy as np
import pytest

from lacuna.explorer.plots.axis import number, tick_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4690, "4\N{NO-BREAK SPACE}690"),
        (98.34, "98.3"),
        (1e-5, "1e\N{MINUS SIGN}5"),
        (0, "0"),
        (146.28, "146.3"),
        (0.5, "0.5"),
        (-1.57, "\N{MINUS SIGN}1.57"),
        (-3000, "\N{MINUS SIGN}3\N{NO-BREAK SPACE}000"),
    ],
)
def test_numbers_read_easily(value, text):
    assert number(value) == text


@pytest.mark.parametrize("spacing", [1e-3, 0.05, 0.2, 5, 1000, 2e6])
def test_neighbouring_ticks_are_told_apart(spacing):
    ticks = spacing * np.arange(-20, 21)
    texts = [tick_text(value, spacing) for value in ticks]
    assert len(set(texts)) == len(texts)
    read = [
        float(t.replace("\N{NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-")) for t in texts
    ]
    assert read == pytest.approx(ticks.tolist(), abs=1e-9)


def test_nothing_is_no_negative_number():
    assert tick_text(-1e-17, 0.5) == "0.0"
