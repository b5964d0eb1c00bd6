"""The theme: colours, sizes and fonts as named tokens, applied to the whole program."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from .stylesheet import stylesheet

Scheme = Literal["system", "light", "dark"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
Role = Literal["", "secondary", "title", "number", "error", "caption"]
USUAL_PX = {"darwin": 13.0, "win32": 12.0}  # the system font's size where nobody changed it
TEXT_PX = 13


@dataclass(frozen=True)
class Theme:
    """Every colour of the window that is not a class's. `scale` follows the system font."""

    name: Literal["dark", "light"]
    window: str
    panel: str
    raised: str
    hover: str  # of something raised, under the mouse
    hairline: str  # between surfaces
    outline: str  # around what can be edited
    text: str
    secondary: str
    disabled: str
    accent: str
    on_accent: str
    error: str
    frame: str  # neutral, around decoded images
    series: tuple[str, ...]  # curves that are no classes
    scale: float = 1.0

    def px(self, size: float) -> int:
        """A length of the design in pixels of this screen's text."""
        return round(size * self.scale)

    def colour(self, token: str, alpha: float = 1.0) -> QColor:
        colour = QColor(vars(self)[token])
        colour.setAlphaF(alpha)
        return colour

    def rgb(self, token: str) -> tuple[int, int, int]:
        colour = self.colour(token)
        return colour.red(), colour.green(), colour.blue()

    def tokens(self) -> dict[str, str]:
        """The name of the theme and its colours by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, str)}


DARK = Theme(
    name="dark",
    window="#16181d",
    panel="#1d2026",
    raised="#262a32",
    hover="#303540",
    hairline="#2d323b",
    outline="#444b58",
    text="#e6e8ec",
    secondary="#9aa1ad",
    disabled="#626975",
    accent="#5aa9ff",
    on_accent="#0b1420",
    error="#ff8f85",
    frame="#0e1013",
    series=("#5aa9ff", "#f0b45a", "#6fce9a", "#d69bf0", "#f08fa4"),
)
LIGHT = Theme(
    name="light",
    window="#f4f5f7",
    panel="#ffffff",
    raised="#eceef2",
    hover="#e0e3e9",
    hairline="#dfe2e8",
    outline="#b6bcc7",
    text="#1c2026",
    secondary="#5b6370",
    disabled="#9aa0ab",
    accent="#1667c9",
    on_accent="#ffffff",
    error="#b3261e",
    frame="#e4e6eb",
    series=("#1667c9", "#a8660a", "#1f7f4c", "#8a3fb0", "#b83251"),
)


class Notice(QObject):
    """The signal that the colours have changed, for icons, plots and painted widgets."""

    changed = Signal(object)  # the new Theme


notice = Notice()


@dataclass
class State:
    """The colours of the program at present."""

    theme: Theme = DARK
    scheme: Scheme = "system"
    follows_system: bool = False  # whether it is connected to the system's colours


_state = State()


def current() -> Theme:
    """The theme that the program has at present."""
    return _state.theme


def apply(app: QApplication, scheme: Scheme = "system") -> Theme:
    """Sets the colours of the whole program and returns them; call again at any time."""
    hints = app.styleHints()
    if not _state.follows_system:
        _state.follows_system = True
        hints.colorSchemeChanged.connect(_system_changed)
    _state.scheme = scheme
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    hints.setColorScheme(schemes.get(scheme, Qt.ColorScheme.Unknown))
    dark = scheme == "dark" or (scheme == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    return _set_theme(app, _scaled(DARK if dark else LIGHT))


def set_role(widget: QWidget, role: Role) -> None:
    """Changes the stylesheet's variant of a label that is on screen already."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def ui_font(size: float = TEXT_PX, weight: int = QFont.Weight.Normal) -> QFont:
    """The program's font with tabular figures. size: pixels of the design."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if _has_inter():
        font.setFamily("Inter")
    font.setPixelSize(current().px(size))
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=1)
def _has_inter() -> bool:
    return "Inter" in QFontDatabase.families()


def mono_font(size: float = 12) -> QFont:
    """The font of tracebacks. size: pixels of the design."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(current().px(size))
    return font


def _system_changed() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication) and _state.scheme == "system":
        apply(app, "system")


def _scaled(theme: Theme) -> Theme:
    """The same theme at the size of the system's font, never below the design's."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    usual = USUAL_PX.get(sys.platform, 14.0)
    scale = min(max(QFontInfo(system).pixelSize() / usual, 1.0), 2.0)
    return replace(theme, scale=scale)


def _set_theme(app: QApplication, theme: Theme) -> Theme:
    _state.theme = theme
    if app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setFont(ui_font())
    app.setStyleSheet(stylesheet(theme.tokens(), theme.px))
    notice.changed.emit(theme)
    return theme


def _palette(theme: Theme) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    roles = {
        role.Window: theme.window,
        role.Base: theme.panel,
        role.AlternateBase: theme.raised,
        role.Button: theme.raised,
        role.ToolTipBase: theme.raised,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.ToolTipText: theme.text,
        role.BrightText: theme.error,
        role.Highlight: theme.accent,
        role.Accent: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.PlaceholderText: theme.secondary,
        role.Light: theme.hover,
        role.Mid: theme.hairline,
        role.Midlight: theme.raised,
        role.Dark: theme.hairline,
        role.Shadow: theme.window,
    }
    for name, colour in roles.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.disabled))
    return palette
