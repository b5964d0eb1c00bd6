"""What a hole is, in the one sentence that map, pages, reports and help share."""

from __future__ import annotations

import math

HOLE = "A hole is where the prior draws and the encoder hardly ever sends an image."
DRAWN_THERE = (
    "What the decoder draws there was never asked of it in training: it may look real or not."
)


def rarity(score: float) -> str:
    """How often the encoder sends an image where log p - log q is `score`, in nats."""
    times = math.exp(min(abs(score), 50.0))
    if times < 1.05:
        return "The encoder sends images here as often as the prior draws."
    number = f"{times:.1f}" if times < 10 else f"{times:,.0f}".replace(",", "\N{NO-BREAK SPACE}")
    often = f"1/{number}" if score > 0 else f"{number} times"
    return f"The encoder sends images here {often} as often as the prior draws."
