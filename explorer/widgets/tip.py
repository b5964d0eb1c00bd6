"""The tooltip of a number: meaning, unit, interval, formula and source."""

from __future__ import annotations

from html import escape

PARTS = ("unit", "interval", "formula", "source")


def tip(meaning: str, **parts: str) -> str:
    """Rich text that wraps. parts: any of unit, interval, formula, source."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        raise ValueError(f"a tooltip has no part {sorted(unknown)}")
    rows = [
        f"<tr><td style='padding-right: 8px'>{name.capitalize()}</td><td>{escape(text)}</td></tr>"
        for name in PARTS
        if (text := parts.get(name))
    ]
    table = f"<table style='margin-top: 4px'>{''.join(rows)}</table>" if rows else ""
    return f"<qt>{escape(meaning)}{table}</qt>"
