"""The families of paths: a button for each on the map, and a menu of all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.path import Family
from lacuna.core.session.session import Session
from lacuna.core.session.state import drawn_families, lacking, shown_path

from ..look import icons, theme
from ..map.paths import SWATCH, swatch
from ..widgets.tip import tip

GAP = 2  # pixels between two buttons
WORDS, SWATCHES = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly


class FamilyRow(QWidget):
    """A row of buttons; where it is narrow, names go first, then one button after the other."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._last_state: object = None  # what was drawn last
        self._fitting = False
        self._wide: dict[tuple[Family, bool], int] = {}  # pixels of a button, without its name too
        self.more, self.menu = QToolButton(), QMenu(self)
        self.buttons: dict[Family, QToolButton] = {name: QToolButton() for name in FAMILIES}
        self.entries: dict[Family, QCheckBox] = {
            name: QCheckBox(row.title) for name, row in FAMILIES.items()
        }
        self._dress()
        self._lay_out()
        self._connect()
        theme.notice.changed.connect(self._restyle)
        self._restyle()

    # ---- session -> screen ----

    def draw(self) -> None:
        """What is drawn, what is chosen and what there can be."""
        settings, results = self._session.settings, self._session.results
        on_map, chosen = drawn_families(settings, results), shown_path(settings, results)
        missing = {name: lacking(name, results) for name in FAMILIES}
        for name, button in self.buttons.items():
            button.setChecked(name == chosen)
            self.entries[name].setChecked(name in on_map)
        if (on_map, chosen, missing) != self._last_state:
            self._last_state = on_map, chosen, missing
            for name, entry in self.entries.items():
                entry.setEnabled(not missing[name])
                entry.setToolTip(tip(missing[name]) if missing[name] else self._tooltip(name))
            self.updateGeometry()
            self._fit()

    def _tooltip(self, name: Family) -> str:
        row = FAMILIES[name]
        return tip(row.sentence, formula=row.formula, source=row.source)

    # ---- screen -> session ----

    def _connect(self) -> None:
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self._choose(name))
        for name, entry in self.entries.items():
            entry.clicked.connect(lambda on, name=name: self._switch(name, on))

    def _choose(self, name: Family) -> None:
        self._session.set(family=name)
        self.draw()  # a click on the chosen one let go of it

    def _switch(self, name: Family, on: bool) -> None:
        """What is switched on goes into the filmstrip; one of them always stays."""
        settings = self._session.settings
        if on:
            self._session.set(family=name)
        elif rest := tuple(other for other in settings.families if other != name):
            family = rest[0] if settings.family == name else settings.family
            self._session.set(families=rest, family=family)
        self.draw()

    # ---- looks ----

    def _dress(self) -> None:
        icons.set_icon(self.more, "plus")
        self.more.setToolTip("Draw more kinds of path, or fewer")
        self.more.setAccessibleName("Kinds of path")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menu)
        for name, button in self.buttons.items():
            button.setText(FAMILIES[name].title)
            button.setAccessibleName(FAMILIES[name].title)
            button.setToolTip(self._tooltip(name))
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def _lay_out(self) -> None:
        self._lay_out_menu()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        for button in (*self.buttons.values(), self.more):
            row.addWidget(button)
        row.addStretch()

    def _lay_out_menu(self) -> None:
        """Boxes, so that it stays open until all that is wanted has been chosen."""
        sheet, action = QWidget(), QWidgetAction(self.menu)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(10, 8, 14, 8)
        column.setSpacing(8)
        for entry in self.entries.values():
            column.addWidget(entry)
        action.setDefaultWidget(sheet)
        self.menu.addAction(action)

    def _restyle(self) -> None:
        ratio = self.devicePixelRatioF()
        size = QSize(*(theme.current().px(side) for side in SWATCH.toTuple()))
        for name, button in self.buttons.items():
            icon = QIcon(swatch(name, False, ratio))
            self.entries[name].setIcon(QIcon(icon))
            icon.addPixmap(swatch(name, True, ratio), QIcon.Mode.Normal, QIcon.State.On)
            button.setIcon(icon)
            for wearer in (button, self.entries[name]):
                wearer.setIconSize(size)
        self._measure()
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measure()  # now in the window's style
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(self._width(*self._levels()[0]), self.more.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(*self._levels()[-1]), self.more.sizeHint().height())

    def _levels(self) -> list[tuple[list[Family], list[Family]]]:
        """Which buttons there are and which of them have their names, the widest first."""
        on_map = [name for name, entry in self.entries.items() if entry.isChecked()]
        chosen = [name for name, button in self.buttons.items() if button.isChecked()]
        others = [name for name in on_map if name not in chosen]
        fewer = [[*chosen, *others[:count]] for count in range(len(others), -1, -1)]
        return [(on_map, on_map), (on_map, chosen), *((some, []) for some in fewer)]

    def _fit(self) -> None:
        """Showing a button lays the bar out at once, which may resize this row meanwhile."""
        if self._fitting:
            return
        self._fitting, fitted = True, -1
        while fitted != self.width():
            fitted = self.width()
            levels = self._levels()
            fitting = (level for level in levels if self._width(*level) <= fitted)
            self._show(*next(fitting, levels[-1]))
        self._fitting = False

    def _show(self, visible: list[Family], named: list[Family]) -> None:
        for name, button in self.buttons.items():
            button.setVisible(name in visible)
            button.setToolButtonStyle(WORDS if name in named else SWATCHES)

    def _width(self, visible: list[Family], named: list[Family]) -> int:
        wide = sum(self._wide[name, name in named] + GAP for name in visible)
        return wide + self.more.sizeHint().width()

    def _measure(self) -> None:
        """How wide each button is without and with its name.

        Here and not when it is asked for: a button that changes asks for a new layout, and that
        asks for the width once more, without an end.
        """
        for name, button in self.buttons.items():
            button.ensurePolished()
            before = button.toolButtonStyle()
            for named, style in ((False, SWATCHES), (True, WORDS)):
                button.setToolButtonStyle(style)
                self._wide[name, named] = button.sizeHint().width()
            button.setToolButtonStyle(before)
