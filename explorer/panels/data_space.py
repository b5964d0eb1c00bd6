"""The plane that points lie in, live: data, what is drawn, the bent grid, and the critic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lacuna.core.data.toy import is_points, to_plane
from lacuna.core.figures.array import Array
from lacuna.core.figures.finding import grouped
from lacuna.core.render.colours import class_colours
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.jobs.cursor_sample import CursorSample
from lacuna.core.session.jobs.data_space import KERNELS, CriticMap
from lacuna.core.session.session import Session
from lacuna.core.session.settings import SpaceLayers

from ..map.marks import ROOM, paint_cursor
from ..plots.data_plot import DataPlot
from ..plots.heat import HeatPlot
from ..widgets import tooltips
from ..widgets.lateness import grey

WIDE, SMALL = 388, 190  # pixels of the design: of the plane, and of each of the critic's pictures
BEST_AWAITED = "Comes once the model is at rest and its data are here."
LAYERS = {
    "data": ("Data", tooltips.SPACE_DATA),
    "samples": ("Drawn", tooltips.SPACE_DRAWN),
    "grid": ("Latent grid", tooltips.SPACE_GRID),
    "slopes": ("Critic's slopes", tooltips.SPACE_SLOPES),
}


class DataSpace(QWidget):
    appeared = Signal(bool)  # whether the data are points, so that there is something to show

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.plot = DataPlot(WIDE, lambda painter, at: paint_cursor(painter, at, False), ROOM)
        self.critic = CriticPair()
        self.boxes = {name: QCheckBox(title) for name, (title, _) in LAYERS.items()}
        self._lay_out()
        self.plot.picked.connect(self._did_pick)
        for field in (RESULTS.document, RESULTS.dataset):
            session.watch(field, lambda _: self._draw_data())
        session.watch(RESULTS.generator_grid, lambda _: self._draw_generator_grid())
        session.watch(RESULTS.critic_map, self._draw_critic_map)
        session.watch(RESULTS.sample, self._draw_sample)
        session.watch(SETTINGS.space, self._draw_layers)
        session.watch(RESULTS.late, self._draw_late)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        for name, box in self.boxes.items():
            box.setToolTip(LAYERS[name][1])
            box.clicked.connect(lambda on, name=name: self._did_switch(name, on))
            row.addWidget(box)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.plot)
        column.addLayout(row)
        column.addWidget(self.critic)

    # ---- session -> screen ----

    def _draw_data(self) -> None:
        document, dataset = self._session.results.document, self._session.results.dataset
        present = document is not None and is_points(document.shape)
        self.setVisible(present)
        self.appeared.emit(present)
        if document is None or not present:
            return
        points, labels = np.zeros((0, 2), np.float32), None
        if dataset is not None and is_points(dataset.train.pixels.shape):
            points = to_plane(dataset.train.images).numpy()
            labels = None if dataset.train.labels is None else dataset.train.labels.numpy()
        self.plot.set_data(points, labels, class_colours(max(1, len(document.classes))))

    def _draw_generator_grid(self) -> None:
        generator_grid = self._session.results.generator_grid
        if generator_grid is None:
            self.plot.clear_model()
        else:
            self.plot.set_grid(generator_grid.lines, generator_grid.away)
            self.plot.set_samples(generator_grid.samples)

    def _draw_critic_map(self, critic_map: CriticMap | None) -> None:
        self.boxes["slopes"].setVisible(critic_map is not None)
        if critic_map is None:
            self.plot.clear_slopes()
        else:
            self.plot.set_slopes(critic_map.places, critic_map.slopes)
        self.critic.show_critic_map(critic_map)

    def _draw_sample(self, sample: CursorSample | None) -> None:
        if sample is None or not is_points(sample.image.shape):
            self.plot.set_cursor(None)
            return
        x, y = to_plane(torch.from_numpy(sample.image)[None])[0].tolist()
        self.plot.set_cursor((x, y))

    def _draw_late(self, late: Mapping[object, int]) -> None:
        """What the model draws is grey where it is of another step; the data are as they are."""
        self.plot.fade_model(RESULTS.generator_grid in late, RESULTS.critic_map in late)
        grey(late, RESULTS.critic_map, self.critic)

    def _draw_layers(self, layers: SpaceLayers) -> None:
        self.plot.set_layers(layers)
        for name, box in self.boxes.items():
            box.setChecked(getattr(layers, name))

    # ---- screen -> session ----

    def _did_switch(self, name: str, on: bool) -> None:
        self._session.set(space=replace(self._session.settings.space, **{name: on}))

    def _did_pick(self, row: int, moving: bool) -> None:
        """The map's cursor to where the nearest of the drawn points comes from."""
        generator_grid = self._session.results.generator_grid
        if generator_grid is not None and row >= 0:
            self._session.history.look_at(tuple(map(float, generator_grid.z[row])), moving=moving)


class CriticPair(QWidget):
    """The critic beside the best there could be, in the same colours."""

    def __init__(self) -> None:
        super().__init__()
        self.left = HeatPlot(SMALL, "What the critic says")
        self.right = HeatPlot(SMALL, "What the best critic would say", BEST_AWAITED)
        self.titles = QLabel(), QLabel("The best there could be, D*")
        self.caption = QLabel()
        self.caption.setProperty("role", "caption")
        self.caption.setWordWrap(True)
        self.titles[1].setToolTip(tooltips.BEST_CRITIC)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for column, (title, plot) in enumerate(
            zip(self.titles, (self.left, self.right), strict=True)
        ):
            grid.addWidget(title, 0, column)
            grid.addWidget(plot, 1, column)
        grid.addWidget(self.caption, 2, 0, 1, 2)

    def show_critic_map(self, critic_map: CriticMap | None) -> None:
        self.setVisible(critic_map is not None)
        if critic_map is None:
            return
        self.titles[0].setText(
            "The critic's height" if critic_map.share is None else "The critic, D"
        )
        self.titles[0].setToolTip(tooltips.HEIGHT if critic_map.share is None else tooltips.CRITIC)
        self.left.set_picture(*_ranged(critic_map))
        self.right.set_picture(critic_map.best, 0, 1)
        self.caption.setText(_legend_text(critic_map))


def _ranged(critic_map: CriticMap) -> tuple[Array, float, float]:
    """The critic's picture, and what its darkest and its lightest stand for."""
    if critic_map.share is not None:
        return critic_map.share, 0.0, 1.0
    return critic_map.values, float(critic_map.values.min()), float(critic_map.values.max())


def _legend_text(critic_map: CriticMap) -> str:
    """What the colours are, and where the best critic comes from."""
    colours = "Dark: taken for drawn, 0. Light: taken for data, 1."
    if critic_map.share is None:
        colours = "Dark: the critic's lowest. Light: its highest; it has no unit."
    if critic_map.best is None:
        return colours
    p = "as these data are made" if critic_map.known else "estimated from the training points"
    return (
        f"{colours} D* = p / (p + q): p {p}, q from {grouped(KERNELS)} drawn points; both blurred "
        f"by {critic_map.width:.2g} of the plane's units. Grey where neither has points."
    )
