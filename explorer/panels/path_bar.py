"""The bar of the path from A to B: frames, class probabilities, slider and play button."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.figures.finding import number
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.path import Path
from lacuna.core.render.colours import class_colours
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.session import Session
from lacuna.core.session.settings import Point
from lacuna.core.session.state import path_of, placed, shown_path

from ..plots.probabilities import Probabilities
from ..widgets.combo_box import ComboBox
from ..widgets.elided_label import ElidedLabel
from ..widgets.empty_state import EmptyState
from ..widgets.filmstrip import Filmstrip
from ..widgets.lateness import grey
from ..widgets.player import Player
from ..widgets.tip import tip
from ..widgets.wheel import need_ctrl
from .path_comparison import PathComparisonDialog
from .path_families import FamilyRow

PLACE = "Place A and B"
TICKS = 1000


class PathBar(QWidget):
    """The path in the filmstrip, and the choice of its family."""

    place_requested = Signal()  # somebody would like A and B on the map
    class_hovered = Signal(int)
    place_hovered = Signal(object)  # z of the frame under the mouse, None for none

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._names: tuple[str, ...] | None = None  # of the classes in the list of targets
        self._shown: tuple[Path | None, tuple[str, ...] | None] = None, None
        self._last: Path | None = None  # the newest that was in the strip
        self.title, self.note, self.to = QLabel(), ElidedLabel(), QLabel("to")
        self.target, self.play_button, self.slider = ComboBox(), QToolButton(), QSlider()
        self.row, self.comparing = FamilyRow(session), QPushButton("Compare…")
        self.compare = PathComparisonDialog(session, self)
        self.frames = Filmstrip("The frames of the path appear here.")
        self.probabilities = Probabilities()
        self.empty = EmptyState(
            "Put A and B on the map: the path between them, frame by frame, appears here.", PLACE
        )
        self.player, self._start = Player(self.play_button, interval=16), 0.0  # from which place
        self._dress()
        self._lay_out()
        self._connect()
        self._watch()

    # ---- session -> screen ----

    def _watch(self) -> None:
        for setting in (SETTINGS.start, SETTINGS.end, SETTINGS.families, SETTINGS.family):
            self._session.watch(setting, lambda _: self._draw())
        paths = (path_of(RESULTS, family) for family in FAMILIES)
        for result in (RESULTS.document, RESULTS.scene, RESULTS.codes, *paths):
            self._session.watch(result, lambda _: self._draw())
        self._session.watch(SETTINGS.compared, self.comparing.setChecked)
        self._session.watch(SETTINGS.target, lambda _: self._draw_target())
        self._session.watch(SETTINGS.travel, self._draw_travel)
        self._session.watch(RESULTS.late, lambda _: self._draw_late())

    def path(self) -> Path | None:
        """The path in the filmstrip."""
        results = self._session.results
        path: Path | None = getattr(results, shown_path(self._session.settings, results))
        return path

    def _draw(self) -> None:
        settings, results = self._session.settings, self._session.results
        family = shown_path(settings, results)
        present = placed(settings, family)
        self._stack.setCurrentIndex(1 if present else 0)
        self.empty.button.setVisible(results.document is not None)
        self._draw_classes()
        self.row.draw()
        for part in (self.to, self.target):
            part.setVisible(FAMILIES[family].aims)
        anywhere = "the class at B" if "target" in FAMILIES[family].needs else "any other class"
        self.target.setItemText(0, anywhere)
        self._draw_path(self.path() if present else None)
        self._draw_late()

    def _draw_late(self) -> None:
        """The path of another step is grey."""
        settings, results = self._session.settings, self._session.results
        answer = path_of(RESULTS, shown_path(settings, results))
        grey(results.late, answer, self.note, self.frames, self.probabilities)

    def _draw_classes(self) -> None:
        document = self._session.results.document
        names = document.classes if document else ()
        if names == self._names:
            return
        self._names = names
        self.target.blockSignals(True)
        self.target.clear()
        self.target.addItem("the class at B", None)
        for index, name in enumerate(names):
            self.target.addItem(name, index)
        self.target.blockSignals(False)
        self._draw_target()

    def _draw_target(self) -> None:
        at = self.target.findData(self._session.settings.target)
        self.target.blockSignals(True)
        self.target.setCurrentIndex(max(at, 0))
        self.target.blockSignals(False)

    def _draw_path(self, path: Path | None) -> None:
        if self._shown == (path, self._names):
            return  # another family's path has come
        self._shown = path, self._names
        self.probabilities.setVisible(path is None or path.probabilities is not None)
        if path is None:
            self.frames.set_frames(None)
            self.probabilities.set_probabilities(None, None)
            self.title.setText("A → B")
            self.note.setText("")
            return
        names = self._names or ()
        colours = class_colours(len(names)) if names else None
        self.frames.set_frames(path.images, path.labels, colours, path.t)
        self.probabilities.set_probabilities(path.t, path.probabilities, colours, names)
        for track in (self.frames, self.probabilities):
            track.set_crossings([crossing.t for crossing in path.crossings])
        self.title.setText(self._ends(path))
        self.note.setText(
            f"{number(path.length, 2)} σ long, {_crossing_text(path)}. {path.note}".strip()
        )
        self._draw_travel(self._session.settings.travel)
        self._change_over(path)

    def _change_over(self, path: Path) -> None:
        """A cursor that stands where the slider has put it goes on along the path chosen now."""
        settings, last, self._last = self._session.settings, self._last, path
        if last is None or last.family == path.family:
            return
        before = _place(last, settings.travel)
        if len(before) == len(settings.cursor) and np.allclose(before, settings.cursor, atol=1e-5):
            self._session.history.adjust(cursor=_place(path, settings.travel))

    def _ends(self, path: Path) -> str:
        if path.labels is None or not self._names:
            return "A → B"
        first, last = (self._names[int(path.labels[row])] for row in (0, -1))
        return f"A {first} → {'' if FAMILIES[path.family].aims else 'B '}{last}"

    def _draw_travel(self, travel: float) -> None:
        for track in (self.frames, self.probabilities):
            track.set_position(travel)
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setValue(round(travel * TICKS))
            self.slider.blockSignals(False)

    # ---- screen -> session ----

    def _connect(self) -> None:
        self.comparing.clicked.connect(lambda on: self._session.set(compared=on))
        self.target.activated.connect(
            lambda row: self._session.set(target=self.target.itemData(row))
        )
        self.play_button.clicked.connect(self.toggle_playing)
        self.slider.valueChanged.connect(
            lambda value: self.travel(value / TICKS, moving=self.slider.isSliderDown())
        )
        self.slider.sliderReleased.connect(lambda: self.travel(self.slider.value() / TICKS))
        for track in (self.frames, self.probabilities):
            track.pressed.connect(lambda t: self.travel(t, moving=True))
            track.scrubbed.connect(lambda t: self.travel(t, moving=True))
            track.released.connect(self.travel)
            track.hovered.connect(self._did_hover)
        self.probabilities.ranged.connect(self.frames.set_window)
        self.empty.pressed.connect(self.place_requested)
        self.player.ticked.connect(self._tick)

    def travel(self, t: float, *, moving: bool = False) -> None:
        """Put the cursor on the path, at a fraction of its length."""
        path = self.path()
        if path is None:
            self._session.set(moving=moving, travel=t)
            return
        self._session.set(moving=moving, travel=t, cursor=_place(path, t))

    def toggle_playing(self) -> None:
        """Run the cursor along the path, from where it stands or from A again."""
        if self.player.is_playing():
            self._stop()
        elif self.path() is not None:
            at = self._session.settings.travel
            self._start = 0.0 if at >= 1 else at
            self.player.start()

    def _tick(self, share: float) -> None:
        t = min(1.0, self._start + share)
        self.travel(t, moving=t < 1)
        if t >= 1 or self.path() is None:
            self._stop()

    def _stop(self) -> None:
        self.player.stop()
        self.travel(self._session.settings.travel)

    def _did_hover(self, t: float) -> None:
        self.highlight(t)
        path = self.path()
        if path is None:
            return
        row = -1 if t < 0 else int(np.abs(path.t - t).argmin())
        self.place_hovered.emit(None if row < 0 else tuple(map(float, path.z[row])))
        if path.labels is not None:
            self.class_hovered.emit(-1 if row < 0 else int(path.labels[row]))

    def highlight(self, t: float) -> None:
        """The place of the path that the mouse is on in another view; -1 for none."""
        for track in (self.frames, self.probabilities):
            track.highlight(None if t < 0 else t)

    # ---- looks ----

    def _dress(self) -> None:
        self.title.setProperty("role", "title")
        self.note.setProperty("role", "caption")
        self.slider.setOrientation(Qt.Orientation.Horizontal)
        self.slider.setRange(0, TICKS)
        self.slider.setMinimumWidth(120)
        self.slider.setMaximumWidth(240)
        self.slider.setAccessibleName("Place on the path")
        need_ctrl(self.slider)
        self.play_button.setToolTip("Run the cursor along the path (Space)")
        self.to.setProperty("role", "secondary")
        self.target.setToolTip(tip("The class that the path has to reach."))
        self.target.setMinimumWidth(136)
        self.target.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
        self.comparing.setCheckable(True)
        self.comparing.setToolTip(tip("Measures the drawn paths side by side, and exports them."))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        for part in (self.row, self.to, self.target):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.comparing)
        head.addWidget(self.play_button)
        head.addWidget(self.slider, 100)
        full = QWidget()
        body = QVBoxLayout(full)
        body.setContentsMargins(16, 8, 16, 8)
        body.setSpacing(4)
        body.addLayout(head)
        body.addWidget(self.note)
        body.addWidget(self.frames, 3)
        body.addWidget(self.probabilities, 2)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self.setFixedHeight(184)


def _place(path: Path, t: float) -> Point:
    """At a fraction of its length."""
    return tuple(float(np.interp(t, path.t, coordinate)) for coordinate in path.z.T)


def _crossing_text(path: Path) -> str:
    """How many class changes there are, in words."""
    count = len(path.crossings)
    return "no class change" if not count else f"{count} class change{'s' if count > 1 else ''}"
