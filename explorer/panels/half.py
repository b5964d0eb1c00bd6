"""What stands above and below each of two maps: whose it is, and what is drawn at the cursor."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from lacuna.core.figures.finding import grouped, number
from lacuna.core.session.jobs.decoded import Sample
from lacuna.core.session.session import Session

from ..look import icons
from ..widgets.canvas import percent
from ..widgets.elided import Elided
from ..widgets.picture import Picture
from ..widgets.tip import tip
from .titles import called, title_of

SMALL = 88  # pixels of a sample


class Head(QWidget):
    """Which model a map is of."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.name, self.model = QLabel(), Elided()
        self.remark, self.buttons = QLabel("cursor not linked"), QHBoxLayout()
        self.name.setProperty("role", "number")
        self.model.setProperty("role", "secondary")
        self.remark.setProperty("role", "caption")
        self.remark.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(self.name)
        row.addWidget(self.model, 1)
        row.addWidget(self.remark)
        row.addLayout(self.buttons)
        self.buttons.setSpacing(0)
        self.setFixedHeight(32)
        _on_panel(self)
        for field in ("results.document", "results.scene", "settings.step", "results.run"):
            session.watch(field, lambda _: self._draw())

    def add_button(self, icon: str, title: str) -> QToolButton:
        button = QToolButton()
        icons.give(button, icon)
        button.setToolTip(title)
        button.setAccessibleName(title)
        self.buttons.addWidget(button)
        return button

    def say(self, remark: str) -> None:
        """What is not linked; empty where all is."""
        self.remark.setToolTip(tip(remark) if remark else "")
        self.remark.setVisible(bool(remark))

    def _draw(self) -> None:
        self.name.setText(called(self._session))
        scene = self._session.results.scene
        self.model.say(f"{scene.latent}-D, step {grouped(scene.step)}" if scene else "no model yet")
        self.setToolTip(tip(title_of(self._session)))


class Drawn(QWidget):
    """What a model draws at the cursor, and what is known of the place, in one low strip."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.sample = Picture("", SMALL)
        self.seen, self.next, self.place = QLabel(), Elided(), Elided()
        self.sample.setFixedSize(SMALL, SMALL)
        self.seen.setProperty("role", "number")
        self.next.setProperty("role", "secondary")
        self.place.setProperty("role", "caption")
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self.seen)
        right.addWidget(self.next)
        right.addStretch()
        right.addWidget(self.place)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.sample)
        row.addLayout(right, 1)
        self.setFixedHeight(SMALL + 16)
        _on_panel(self)
        session.watch("results.sample", lambda _: self._draw())
        session.watch("settings.threshold", lambda _: self._draw())

    def _draw(self) -> None:
        sample, scene = self._session.results.sample, self._session.results.scene
        self.sample.set_image(None if sample is None else sample.image)
        names = () if scene is None else scene.classes
        seen = ("", "") if sample is None else _seen(sample, names)
        self.seen.setText(seen[0])
        self.next.say(seen[1])
        threshold = self._session.settings.threshold
        self.place.say("" if sample is None else _place(sample, threshold))


def _seen(sample: Sample, names: tuple[str, ...]) -> tuple[str, str]:
    """The likeliest class, and the next"""
    shares = sample.probabilities
    if shares is None or len(shares) != len(names) or len(names) < 2:
        return "", ""
    first, second = np.argsort(-shares)[:2]
    after = f"then {names[second]}, {percent(shares[second])}"
    return f"{names[first]}, {percent(shares[first])}", after


def _place(sample: Sample, threshold: float) -> str:
    if sample.log_posterior is None:
        return ""
    within = "in a hole" if sample.in_hole(threshold) else "not in a hole"
    return f"{within}, log q {number(sample.log_posterior, 2)} nats"


def _on_panel(part: QWidget) -> None:
    part.setProperty("surface", "panel")
    part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
