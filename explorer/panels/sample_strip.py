"""The decoded sample at the cursor of one of two maps, and what is known of the place."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lacuna.core.figures.finding import number
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.jobs.cursor_sample import CursorSample
from lacuna.core.session.session import Session

from ..widgets.canvas import percent
from ..widgets.elided_label import ElidedLabel
from ..widgets.image_view import ImageView
from ..widgets.lateness import grey
from .model_header import on_panel

SMALL = 88  # pixels of a sample


class SampleStrip(QWidget):
    """What a model draws at the cursor, and what is known of the place, in one low strip."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.sample = ImageView("", SMALL)
        self.top_class, self.second_class, self.place = QLabel(), ElidedLabel(), ElidedLabel()
        self.sample.setFixedSize(SMALL, SMALL)
        self.top_class.setProperty("role", "number")
        self.second_class.setProperty("role", "secondary")
        self.place.setProperty("role", "caption")
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.top_class)
        right.addWidget(self.second_class)
        right.addStretch()
        right.addWidget(self.place)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.sample)
        row.addLayout(right, 1)
        self.setFixedHeight(SMALL + 16)
        on_panel(self)
        session.watch(RESULTS.sample, lambda _: self._draw())
        session.watch(SETTINGS.threshold, lambda _: self._draw())
        session.watch(RESULTS.scene, lambda _: self._draw())
        session.watch(RESULTS.late, lambda late: grey(late, RESULTS.sample, self))

    def _draw(self) -> None:
        sample, scene = self._session.results.sample, self._session.results.scene
        self.sample.set_image(None if sample is None else sample.image)
        names = () if scene is None else scene.classes
        top_class = ("", "") if sample is None else _top_classes(sample, names)
        self.top_class.setText(top_class[0])
        self.second_class.setText(top_class[1])
        threshold = self._session.settings.threshold
        self.place.setText("" if sample is None else _place(sample, threshold))


def _top_classes(sample: CursorSample, names: tuple[str, ...]) -> tuple[str, str]:
    """The likeliest class, and the next"""
    shares = sample.probabilities
    if shares is None or len(shares) != len(names) or len(names) < 2:
        return "", ""
    first, second = np.argsort(-shares)[:2]
    after = f"then {names[second]}, {percent(shares[second])}"
    return f"{names[first]}, {percent(shares[first])}", after


def _place(sample: CursorSample, threshold: float) -> str:
    if sample.log_posterior is None:
        return ""
    within = "in a hole" if sample.in_hole(threshold) else "not in a hole"
    return f"{within}, log q {number(sample.log_posterior, 2)} nats"
