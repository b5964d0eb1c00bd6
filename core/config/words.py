"""What fields and choices of settings are called, on screen and in reports."""

from __future__ import annotations

from dataclasses import Field
from typing import Any

CHOICE_NAMES = {  # where their own are not plain enough
    "conv": "Convolutional",
    "auto": "Automatic",
    "cpu": "CPU",
    "cuda": "GPU (CUDA)",
    "mps": "GPU (Apple)",
    "none": "Nothing",
    "i": "Of codes (DIP I)",
    "ii": "Of draws (DIP II)",
    "learned": "Gaussian, learned",
    "continuous": "Cont. Bernoulli",
    "float32": "32 bits",
    "bfloat16": "16 bits (bfloat16)",
}


def title_of_name(name: object) -> str:
    """`prior_samples` as "Prior samples"; short names without vowels are initials."""
    text = str(name).replace("_", " ")
    if len(text) <= 4 and not set(text[1:]) & set("aeio") and text.isalpha():
        return text.upper()
    return text[:1].upper() + text[1:]


def choice_name(choice: object) -> str:
    """What one of several choices is called."""
    return CHOICE_NAMES.get(str(choice), title_of_name(choice))


def label_of(place: Field[Any]) -> str:
    """What a field is called."""
    label: str = place.metadata.get("label") or title_of_name(place.name)
    return label


def value_text(value: Any) -> str:
    """A value of a field in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:.10g}"
    return choice_name(value)
