"""The panel of the cursor: decoded sample, class probabilities, densities, nearest image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lacuna.core.documents.document import Document
from lacuna.core.figures.finding import number
from lacuna.core.figures.units import IMAGE
from lacuna.core.render.colours import class_colours
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.jobs.cursor_sample import CursorSample
from lacuna.core.session.jobs.picked_image import Inversion, Picked
from lacuna.core.session.session import Session

from ..widgets import tooltips
from ..widgets.empty_state import EmptyState
from ..widgets.figure_table import Figure, FigureTable
from ..widgets.image_view import ImageView
from ..widgets.lateness import grey
from ..widgets.page import Page
from ..widgets.probability_bars import ProbabilityBars
from .data_space import DataSpace

WIDTH, WIDER = 272, 420  # pixels of the design; the wider for the plane that points lie in
SMALL = 70
FIGURES = (
    Figure("prior", "log p, the prior", tooltips.LOG_PRIOR),
    Figure("posterior", "log q, the encoded data", tooltips.LOG_POSTERIOR),
    Figure("hole", "In a hole", tooltips.IN_HOLE),
)


class CursorPanel(Page):
    """What the model decodes at the cursor, or the data space where the data are points."""

    data_requested = Signal()  # somebody would like to see the original images
    class_hovered = Signal(int)  # -1 for none

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(8, parent)
        self._session = session
        self._names: tuple[str, ...] = ()  # of the classes in the bars
        self.sample = ImageView("What the model draws at the cursor appears here.", 224)
        self.space = DataSpace(session)
        self.bars = ProbabilityBars()
        self.bars.hide()
        self.figures = FigureTable(FIGURES)
        self.pair = Pair()
        self.pair.caption.setToolTip(tooltips.DISTANCE)
        self.absent = EmptyState(
            "The images this model was trained on are not on this machine.", "Get them…"
        )
        self._lay_out()
        self.space.appeared.connect(self._draw_room)
        self.bars.hovered.connect(self.class_hovered)
        self.absent.pressed.connect(self.data_requested)
        self.pair.best.clicked.connect(self._go_to_best)
        session.watch(RESULTS.document, self._draw_classes)
        session.watch(RESULTS.sample, self._draw_sample)
        session.watch(SETTINGS.threshold, lambda _: self._draw_hole())
        session.watch(RESULTS.dataset, lambda _: self._draw_pair())
        session.watch(RESULTS.codes, lambda _: self._draw_pair())
        session.watch(RESULTS.picked, lambda _: self._draw_pair())
        session.watch(RESULTS.inversion, lambda _: self._draw_pair())
        session.watch(SETTINGS.picked, lambda _: self._draw_pair())
        session.watch(RESULTS.late, self._draw_late)

    def highlight(self, index: int) -> None:
        self.bars.highlight(index)

    def _lay_out(self) -> None:
        self.column.setContentsMargins(16, 12, 16, 12)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.add(
            self.title, self.sample, self.space, self.bars, self.figures, self.pair, self.absent
        )
        self._draw_room(not self.space.isHidden())

    def _draw_room(self, points: bool) -> None:
        """Points are looked at in the plane that they lie in."""
        self.title.setText("Data space" if points else "Cursor")
        self.sample.setHidden(points)
        self.setFixedWidth(WIDER if points else WIDTH)

    def _draw_classes(self, document: Document | None) -> None:
        names = document.classes if document else ()
        if names != self._names:
            self._names = names
            self.bars.set_classes(names, class_colours(len(names)) if names else None)
            self.bars.setVisible(bool(names))

    def _draw_sample(self, sample: CursorSample | None) -> None:
        if sample is None:
            self.sample.set_image(None, "")
            self.bars.set_shares(None)
            for figure in FIGURES:
                self.figures.set_value(figure.key, None)
            self._draw_pair()
            return
        self.sample.set_image(sample.image)
        if sample.probabilities is not None and len(sample.probabilities) == len(self._names):
            self.bars.set_shares(sample.probabilities)
        self.figures.set_value("prior", f"{number(sample.log_prior, 2)} nats")
        posterior = sample.log_posterior
        text = None if posterior is None else f"{number(posterior, 2)} nats"
        self.figures.set_value("posterior", text)
        self._draw_hole()
        self._draw_pair()

    def _draw_hole(self) -> None:
        sample = self._session.results.sample
        within = sample.in_hole(self._session.settings.threshold) if sample else None
        self.figures.set_value("hole", None if within is None else "yes" if within else "no")

    def _draw_late(self, late: Mapping[object, int]) -> None:
        """What is of another step is grey."""
        grey(late, RESULTS.sample, self.sample, self.bars)
        self.figures.grey_row("prior", RESULTS.sample in late)
        for key in ("posterior", "hole"):  # by the codes that there are
            self.figures.grey_row(key, RESULTS.sample in late or RESULTS.codes in late)
        picked = self._session.settings.picked is not None
        grey(late, RESULTS.picked if picked else RESULTS.codes, self.pair)

    def _draw_pair(self) -> None:
        """The picked code's image beside its reconstruction, else the nearest training image."""
        results = self._session.results
        picked = results.picked if self._session.settings.picked is not None else None
        present = results.dataset is not None
        self.absent.setVisible(results.codes is not None and not present)
        if not self.space.isHidden():
            self.pair.hide()  # a point says little where it is not among the others
        elif picked is not None:
            inversion = results.inversion
            self.pair.show_picked(
                picked, self._names, inversion if inversion and inversion.of is picked else None
            )
        elif present and results.sample is not None:
            self._draw_nearest(results.sample)
        else:
            self.pair.hide()

    def _go_to_best(self) -> None:
        inversion = self._session.results.inversion
        if inversion is not None:
            self._session.history.look_at(inversion.z)

    def _draw_nearest(self, sample: CursorSample) -> None:
        codes, dataset = self._session.results.codes, self._session.results.dataset
        if codes is None or dataset is None or sample.nearest is None:
            self.pair.hide()
            return
        row = int(codes.index[sample.nearest])
        label = None if dataset.train.labels is None else int(dataset.train.labels[row])
        image = dataset.train.at(slice(row, row + 1)).images[0].numpy()
        self.pair.show_nearest(image, label, self._names, sample.distance or 0.0)


class Pair(QWidget):
    """Small pictures: the nearest training image, or a picked original and its reconstruction."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.caption = QLabel(), QLabel()
        self.left, self.right = ImageView("not on this machine", SMALL), ImageView("", SMALL)
        self.best = ImageView("", SMALL)
        self.left.setToolTip("The image itself")
        self.right.setToolTip("What is drawn at the code that the encoder gives it")
        self.best.set_clickable()
        self.best.setToolTip(tooltips.BEST)
        self.caption.setProperty("role", "secondary")
        self.caption.setWordWrap(True)
        for picture in (self.left, self.right, self.best):
            picture.setFixedSize(SMALL, SMALL)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.left)
        row.addWidget(self.right)
        row.addWidget(self.best)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addLayout(row)
        column.addWidget(self.caption)
        self.hide()

    def show_nearest(
        self, image: NDArray[Any], label: int | None, names: tuple[str, ...], distance: float
    ) -> None:
        self.title.setText("Nearest training image")
        label_text = "" if label is None else f"labelled {names[label]}, "
        self.caption.setText(f"{label_text}{distance:.2f} σ away")
        self.left.set_image(image)
        self.right.hide()
        self.best.hide()
        self.show()

    def show_picked(
        self, picked: Picked, names: tuple[str, ...], inversion: Inversion | None
    ) -> None:
        """inversion: the code that reconstructs it best, where that is searched."""
        classes = {"labelled": picked.label, "judged": picked.judged}
        parts = [f"{verb} {names[row]}" for verb, row in classes.items() if row is not None]
        self.title.setText(f"Picked: {', '.join(parts)}" if parts else "Picked")
        self.left.set_image(picked.original)
        self.right.set_image(picked.reconstruction)
        self.right.show()
        self.best.setVisible(inversion is not None)
        self.caption.setText("its original, and as drawn")
        if inversion is not None:
            self.best.set_image(inversion.image)
            self.caption.setText(
                f"{number(inversion.started, 2)} {IMAGE} off as drawn, "
                f"{number(inversion.error, 2)} at best"
            )
        self.show()
