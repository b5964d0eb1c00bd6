"""The Explore page: bundled and recent models, layers of the map, samples of the prior."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.documents.archive import SUFFIX
from lacuna.core.files.locations import bundled
from lacuna.core.geometry.holes.wording import HOLE
from lacuna.core.render.colours import class_colours
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.jobs.prior_samples import Grid
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Layer, Layers

from ..look import preferences
from ..widgets.kept_run_list import KeptRunList
from ..widgets.labelled_combo import LabelledCombo
from ..widgets.lateness import grey
from ..widgets.layer_row import LayerRow
from ..widgets.page import Page
from ..widgets.sample_grid import SampleGrid
from ..widgets.section import Section
from ..widgets.tip import tip

GALLERY = {
    "strokes": ("Drawn digits", "A 2-D VAE of synthetic handwriting, made by this program."),
    "mnist": ("MNIST", "A 2-D VAE of 60 000 handwritten digits (LeCun, Cortes & Burges)."),
}
LAYERS = {
    "classes": ("Classes", "Which class the judge sees in what the model draws at each point."),
    "names": ("Class names", "Written where the class is widest."),
    "holes": ("Holes", HOLE),
    "cloud": ("Cloud", "Where the encoder sends the training images: one point each."),
    "paths": ("Paths", "From A to B, straight and adversarial."),
    "grid": ("Grid", "Coordinates in standard deviations of the prior, with circles at 1, 2, 3."),
}

HEIGHTS = {
    None: "none",
    "radius": "border distance",
    "stretch": "stretch",
    "score": "hole score",
}
SHAPES = {None: "none", "ellipses": "change ellipses", "arrows": "ways out"}
HEIGHT_TIP = tip(
    "A height laid over the classes: the distance to the nearest border (the class radius), how "
    "much the decoder stretches the map, or the score that decides what is a hole."
)
SHAPE_TIP = tip(
    "Ellipses: all steps from the middle to the rim change the image by the same (Tissot's "
    "indicatrix of the pull-back metric). Ways out: arrows along which the class gives way soonest "
    "(the gradient of the margin)."
)


class ExplorePanel(Page):
    """The first page at the left."""

    open_requested = Signal(Path)
    class_hovered = Signal(int)
    place_hovered = Signal(object)  # z of the sample under the mouse, None for none

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
        self._session = session
        self.gallery, self.kept = QVBoxLayout(), KeptRunList()
        self.layers = {
            name: LayerRow(text, tooltip=tip(why)) for name, (text, why) in LAYERS.items()
        }
        self.height_choice, self.shape_choice = (
            LabelledCombo("Height", HEIGHTS),
            LabelledCombo("Figures", SHAPES),
        )
        self.samples = SampleGrid()
        self.again = QPushButton("Draw others")
        self.step = QLabel()
        self._lay_out()
        self._connect()
        session.watch(SETTINGS.layers, self._draw_layers)
        session.watch(SETTINGS.height, self.height_choice.show_value)
        session.watch(SETTINGS.shape, self.shape_choice.show_value)
        session.watch(RESULTS.samples, self._draw_samples)
        session.watch(RESULTS.late, lambda late: grey(late, RESULTS.samples, self.samples))
        self.draw_gallery()

    # ---- session -> screen ----

    def draw_gallery(self) -> None:
        """The bundled models, then the files that were open lately."""
        while (item := self.gallery.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        for name, path in sorted(bundled().items(), key=_known_first):
            title, text = GALLERY.get(name, (name, "A model that comes with the program."))
            self._add_model(title, text, path)
        for path in preferences.recent():
            if path not in bundled().values():
                self._add_model(path.name.removesuffix(SUFFIX), str(path), path)

    def _add_model(self, title: str, text: str, path: Path) -> None:
        button = QPushButton(title)
        button.setProperty("role", "flat")
        button.setToolTip(tip(text))
        button.setStyleSheet("text-align: left;")
        button.clicked.connect(partial(self.open_requested.emit, path))
        self.gallery.addWidget(button)

    def _draw_layers(self, layers: Layers) -> None:
        for name, row in self.layers.items():
            layer = getattr(layers, name)
            if row.value() != (layer.visible, layer.opacity):
                row.set_value(layer.visible, layer.opacity)

    def _draw_samples(self, grid: Grid | None) -> None:
        document = self._session.results.document
        names = document.classes if document else ()
        self.again.setVisible(grid is not None)
        if grid is None:
            self.samples.set_images(None)
            self.step.setText("Samples of the prior appear here as soon as there is a model.")
            return
        colours = class_colours(len(names)) if names else None
        self.samples.columns = self._session.settings.columns
        self.samples.set_images(grid.images, grid.labels, colours, _tips(grid, names))
        self.step.setText("Click one to put the cursor there.")

    # ---- screen -> session ----

    def _connect(self) -> None:
        for name, row in self.layers.items():
            row.changed.connect(partial(self._did_layer, name))
            row.slider.sliderReleased.connect(partial(self._did_layer_end, name))
        self.height_choice.chosen.connect(self._did_height)
        self.shape_choice.chosen.connect(lambda shape: self._session.set(shape=shape))
        self.samples.clicked.connect(self._did_click)
        self.samples.hovered.connect(self._did_hover)
        self.again.clicked.connect(lambda: self._session.set(draw=self._session.settings.draw + 1))

    def _did_layer(self, name: str, visible: bool, opacity: float) -> None:
        layers = replace(self._session.settings.layers, **{name: Layer(visible, opacity)})
        self._session.set(moving=self.layers[name].slider.isSliderDown(), layers=layers)

    def _did_layer_end(self, name: str) -> None:
        self._did_layer(name, *self.layers[name].value())

    def _did_height(self, height: str | None) -> None:
        """A radius is part of the geometry, which is measured from now on."""
        self._session.set(height=height)
        if height == "radius":
            self._session.history.adjust(surveyed=True)

    def _did_click(self, index: int) -> None:
        grid = self._session.results.samples
        if grid is not None and index < len(grid.z):
            self._session.history.look_at(tuple(map(float, grid.z[index])))

    def _did_hover(self, index: int) -> None:
        grid = self._session.results.samples
        label, place = -1, None
        if grid is not None and 0 <= index < len(grid.z):
            place = tuple(map(float, grid.z[index]))
            label = -1 if grid.labels is None else int(grid.labels[index])
        self.class_hovered.emit(label)
        self.place_hovered.emit(place)

    def _lay_out(self) -> None:
        models, layers, samples = (
            Section("Models"),
            Section("Layers"),
            Section("Samples of the prior"),
        )
        holder = QWidget()
        self.gallery.setContentsMargins(0, 0, 0, 0)
        self.gallery.setSpacing(2)
        holder.setLayout(self.gallery)
        models.add(holder)
        models.add(self.kept)
        rows: tuple[QWidget, ...] = *self.layers.values(), self.height_choice, self.shape_choice
        for row in rows:
            layers.add(row)
        self.height_choice.setToolTip(HEIGHT_TIP)
        self.shape_choice.setToolTip(SHAPE_TIP)
        samples.add(self.samples)
        self.step.setProperty("role", "caption")
        self.step.setWordWrap(True)
        foot = QHBoxLayout()
        foot.addWidget(self.step, 1)
        foot.addWidget(self.again)
        samples.rows.addLayout(foot)
        self.add(models, layers, samples)


def _known_first(entry: tuple[str, Path]) -> int:
    known = list(GALLERY)
    return known.index(entry[0]) if entry[0] in known else len(known)


def _tips(grid: Grid, names: tuple[str, ...]) -> list[str]:
    if grid.labels is None:
        return []
    return [tip(f"Drawn as {names[label]}.") for label in grid.labels if label < len(names)]
