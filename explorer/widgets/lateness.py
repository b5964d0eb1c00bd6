"""Lateness: what belongs to another step than the shown one is grey until the next answer comes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

FAINT = 0.4  # opacity of what is late


def grey(late: Mapping[object, int], answer: object, *parts: QWidget) -> None:
    """Grey the parts that show an answer where it is late, and make them as usual where not.

    late: of the results; answer: the field, e.g. RESULTS.survey.
    """
    for part in parts:
        part.setEnabled(answer not in late)
