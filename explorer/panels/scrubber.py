"""The timeline of a training: hold the picture of a step, play through them, or follow."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.figures.finding import grouped
from lacuna.core.scene.timeline import Timeline
from lacuna.core.session.fields import RESULTS, SETTINGS
from lacuna.core.session.session import Session

from ..widgets.layouts import hairline
from ..widgets.player import Player
from ..widgets.step_slider import StepSlider
from ..widgets.tip import tip


class Scrubber(QWidget):
    """A slider over the steps; visible while there is more than one."""

    appeared = Signal(bool)  # or went

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.play_button, self.ticks = QToolButton(), StepSlider()
        self.label, self.follow = QLabel(), QPushButton("Follow")
        self.player, self._from = Player(self.play_button, interval=33), 0  # from which step
        self._dress()
        self._lay_out()
        self._connect()
        for field in (SETTINGS.step, RESULTS.timeline):
            session.watch(field, lambda _: self._draw())

    # ---- session -> screen ----

    def _draw(self) -> None:
        step, timeline = self._session.settings.step, self._session.results.timeline
        visible = len(timeline) > 1
        changed = visible == self.isHidden()
        self.setVisible(visible)
        if changed:
            self.appeared.emit(visible)
        self.follow.setChecked(step is None)
        if len(timeline) < 2:
            self.player.stop()
            return
        steps = tuple(scene.step for scene in timeline)
        at = _index(timeline, step)
        self.ticks.set_steps(steps, at)
        self.label.setText(f"Step {grouped(steps[at])} of {grouped(steps[-1])}")
        widest = f"Step {grouped(steps[-1])} of {grouped(steps[-1])}"
        self.label.setMinimumWidth(self.label.fontMetrics().horizontalAdvance(widest))

    # ---- screen -> session ----

    def _connect(self) -> None:
        self.play_button.clicked.connect(self.toggle_playing)
        self.follow.clicked.connect(self._did_follow)
        self.ticks.dragged.connect(self._did_drag)
        self.ticks.settled.connect(lambda: self._session.set(step=self._session.settings.step))
        self.ticks.cancelled.connect(self._session.history.cancel_gesture)
        self.player.ticked.connect(self._tick)

    def _did_follow(self, follows: bool) -> None:
        self.player.stop()
        scene = self._session.results.scene
        self._session.set(step=None if follows or scene is None else scene.step)

    def _did_drag(self, index: int) -> None:
        self.player.stop()
        self._hold(index)

    def _hold(self, index: int) -> None:
        """The picture of a tick; the last one is the newest, whatever comes after it."""
        timeline = self._session.results.timeline
        step = timeline[index].step if index < len(timeline) - 1 else None
        self._session.set(moving=True, step=step)

    def toggle_playing(self) -> None:
        """Run through the training, from where it stands or from its beginning again."""
        if self.player.is_playing():
            self.player.stop()
            self._session.set(step=self._session.settings.step)
        elif len(self._session.results.timeline) > 1:
            step, timeline = self._session.settings.step, self._session.results.timeline
            self._from = 0 if step is None else _index(timeline, step)
            self.player.start()
            self._hold(self._from)

    def _tick(self, share: float) -> None:
        if self._behind():
            return
        last = len(self._session.results.timeline) - 1
        index = self._from + int(share * (last + 1))
        self._hold(min(index, last))
        if index >= last:
            self.player.stop()
            self._session.set(step=None)

    def _behind(self) -> bool:
        """Whether the map or the cloud of the step is still to come: they go together."""
        session, results = self._session, self._session.results
        scene, class_map = results.scene, results.map
        old = class_map is not None and scene is not None and class_map.step != scene.step
        return (old and session.jobs.live("map")) or any(
            map(session.jobs.live, ("codes", "plane", "cloud"))
        )

    # ---- looks ----

    def _dress(self) -> None:
        self.play_button.setAccessibleName("Play the training")
        self.play_button.setToolTip(
            tip("Runs through the training, from its first picture to now.")
        )
        self.label.setProperty("role", "caption")
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.label.setToolTip(
            tip(
                "The step whose model is shown. Earlier ones are turned to lie over the newest: "
                "a latent space may rotate while it trains, which means nothing.",
                formula="min over rotations R of |codes R - codes now|",
                source="Schönemann 1966",
            )
        )
        self.follow.setCheckable(True)
        self.follow.setToolTip(tip("Show the newest picture, and each that comes (H)."))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.play_button)
        row.addWidget(self.ticks, 1)
        row.addWidget(self.label)
        row.addWidget(self.follow)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(hairline())
        whole.addLayout(row)


def _index(timeline: Timeline, step: int | None) -> int:
    """Which scene is shown: the newest that is not after the held step."""
    if step is None:
        return len(timeline) - 1
    return max(sum(scene.step <= step for scene in timeline) - 1, 0)
