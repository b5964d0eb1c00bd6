"""A report as one HTML file that needs nothing else: its figures are inside it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from string import Template
from typing import Any

import numpy as np
from PIL import Image

from ..figures.finding import NONE, Chapter, Finding

STYLE = """
:root { color-scheme: light dark; --ink: #1c2026; --soft: #5b6370; --paper: #fff; --line: #dcdfe4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ec; --soft: #9aa1ad; --paper: #16181d; --line: #353a44; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
p.lead, figcaption, .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid var(--line); padding: .5rem .4rem; vertical-align: top; }
td.value { text-align: right; white-space: nowrap; font-weight: 600; }
td .soft { font-size: .88rem; } summary { cursor: pointer; color: var(--soft); font-size: .88rem; }
figure { margin: 1.2rem 0; } img, svg { max-width: 100%; height: auto; }
img { image-rendering: pixelated; border-radius: 6px; } svg { color: var(--ink); }
"""
PAGE = Template(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>$style</style></head><body>
<h1>$title</h1><p class="lead">$lead</p>
$body
</body></html>
"""
)


@dataclass(frozen=True)
class Figure:
    """A picture with its caption; `chapter` is the key of the one it belongs to."""

    chapter: str
    caption: str
    markup: str  # of the picture itself, see `image` and `chart`


def page(title: str, lead: str, chapters: Sequence[Chapter], figures: Sequence[Figure]) -> str:
    """The whole file. Figures of no chapter come first."""
    known = {chapter.key for chapter in chapters}
    body = [_figure(figure) for figure in figures if figure.chapter not in known]
    for chapter in chapters:
        rows = "".join(_row(finding) for finding in chapter.findings)
        body.append(f"<h2>{escape(chapter.title)}</h2>")
        body += [_figure(figure) for figure in figures if figure.chapter == chapter.key]
        body.append(f"<table>{rows}</table>")
    return PAGE.substitute(
        title=escape(title), lead=escape(lead), style=STYLE, body="\n".join(body)
    )


def image(rgb: np.ndarray[Any, Any], alternative: str) -> str:
    """A picture (H, W, 3) uint8."""
    held = BytesIO()
    Image.fromarray(rgb).save(held, "PNG", optimize=True)
    source = b64encode(held.getvalue()).decode("ascii")
    return f'<img alt="{escape(alternative)}" src="data:image/png;base64,{source}">'


def chart(
    series: Sequence[tuple[str, np.ndarray[Any, Any], np.ndarray[Any, Any], str]],
    across: str,
    up: str,
) -> str:
    """Curves from (0, 0) up: (name, x, y, colour) each; the axes are named by `across` and `up`."""
    right = max(float(x.max()) for _, x, _, _ in series) or 1.0
    top = max(float(y.max()) for _, _, y, _ in series) or 1.0
    lines = []
    for row, (name, x, y, colour) in enumerate(series):
        points = " ".join(
            f"{50 + 580 * a / right:.1f},{230 - 200 * b / top:.1f}"
            for a, b in zip(x.tolist(), y.tolist(), strict=True)
        )
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<text x="620" y="{40 + 20 * row}" text-anchor="end" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    axes = (
        '<path d="M50 30V230H630" fill="none" stroke="currentColor"/>'
        f'<text x="45" y="38" text-anchor="end">{top:.3g}</text>'
        '<text x="45" y="234" text-anchor="end">0</text>'
        f'<text x="630" y="250" text-anchor="end">{right:.3g} {escape(across)}</text>'
        f'<text x="50" y="20">{escape(up)}</text>'
    )
    return (
        '<svg viewBox="0 0 640 260" role="img" font-size="13" fill="currentColor">'
        f"{axes}{''.join(lines)}</svg>"
    )


def _figure(figure: Figure) -> str:
    return f"<figure>{figure.markup}<figcaption>{escape(figure.caption)}</figcaption></figure>"


def _row(finding: Finding) -> str:
    interval = f'<div class="soft">{escape(finding.interval)}</div>' if finding.interval else ""
    kind = "value soft" if finding.value == NONE else "value"
    said = "".join(
        f'<div class="soft">{escape(part)}</div>'
        for part in (finding.meaning, finding.remark)
        if part
    )
    return (
        f"<tr><td>{escape(finding.label)}{said}{_formula(finding)}</td>"
        f'<td class="{kind}">{escape(finding.value)}{interval}</td></tr>'
    )


def _formula(finding: Finding) -> str:
    parts = [part for part in (finding.formula, finding.source) if part]
    if not parts:
        return ""
    inside = "<br>".join(escape(part) for part in parts)
    return f"<details><summary>Formula</summary>{inside}</details>"
