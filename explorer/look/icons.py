"""Line icons drawn on a 20-pixel grid, recoloured by the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from . import theme

SIZES = (16, 20, 32, 40)  # 16 and 20, and both on screens of twice the density
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" stroke="{colour}"'
    ' stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">{shape}</svg>'
)
SHAPES = {
    "open": '<path d="M3 15.5V5h5l1.6 2H17v8.5z"/>',
    "save": '<path d="M4 4h9.5L16 6.5V16H4z"/><path d="M7 4v3.5h5V4M7 16v-5h6v5"/>',
    "undo": '<path d="M7 4 3.5 7.5 7 11"/><path d="M3.5 7.5H12a4.25 4.25 0 0 1 0 8.5H8.5"/>',
    "redo": '<path d="M13 4l3.5 3.5L13 11"/><path d="M16.5 7.5H8a4.25 4.25 0 0 0 0 8.5h3.5"/>',
    "commands": '<path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h8"/>',
    "help": '<circle cx="10" cy="10" r="7"/>'
    '<path d="M7.9 8a2.15 2.15 0 1 1 3.1 1.9c-.65.35-1 .8-1 1.5v.2M10 14v.01"/>',
    "play": '<path d="M6 4.2v11.6L15.5 10z"/>',
    "pause": '<path d="M7 4.5v11M13 4.5v11" stroke-width="2"/>',
    "stop": '<rect x="5" y="5" width="10" height="10" rx="1"/>',
    "fit": '<path d="M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4"/>',
    "eye": '<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/><circle cx="10" cy="10" r="2.25"/>',
    "eye-off": '<path d="M8.1 5.2A8 8 0 0 1 10 5c5 0 8 5 8 5a14 14 0 0 1-2.2 2.7'
    'M12.6 14.5A8 8 0 0 1 10 15c-5 0-8-5-8-5a14 14 0 0 1 3.8-3.7M3.5 3.5l13 13"/>',
    "explore": '<circle cx="10" cy="10" r="7"/><path d="m13 7-1.7 4.3L7 13l1.7-4.3z"/>',
    "train": '<path d="M3.5 3.5v13h13"/><path d="M6 6c1 6 4 7.5 10 7.5"/>',
    "geometry": '<path d="M3.5 15.5 9 4.5l7.5 9.5z"/>'
    '<circle cx="9" cy="4.5" r="1.3"/><circle cx="3.5" cy="15.5" r="1.3"/>'
    '<circle cx="16.5" cy="14" r="1.3"/>',
    "measures": '<path d="M3.5 14a6.75 6.75 0 1 1 13 0"/><path d="m10 14 3-5"/>'
    '<circle cx="10" cy="14" r="1.3"/>',
    "lock": '<rect x="4.5" y="9" width="11" height="7.5" rx="1.5"/>'
    '<path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>',
    "close": '<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>',
    "plus": '<path d="M10 4.5v11M4.5 10h11"/>',
    "down": '<path d="M5.5 8 10 12.5 14.5 8"/>',
    "right": '<path d="M8 5.5 12.5 10 8 14.5"/>',
    "copy": '<rect x="7" y="7" width="9" height="9" rx="1.5"/>'
    '<path d="M13 7V5.5A1.5 1.5 0 0 0 11.5 4h-6A1.5 1.5 0 0 0 4 5.5v6A1.5 1.5 0 0 0'
    ' 5.5 13H7"/>',
}


def icon(name: str, lit: bool = True) -> QIcon:
    """An icon in the colours of the present theme; see `set_icon` for one that follows it.

    lit: the accent shows that a checkable one is on.
    """
    colours, result = theme.current(), QIcon()
    states = (
        (QIcon.Mode.Normal, QIcon.State.Off, colours.text),
        (QIcon.Mode.Disabled, QIcon.State.Off, colours.disabled),
        (QIcon.Mode.Normal, QIcon.State.On, colours.accent if lit else colours.text),
        (QIcon.Mode.Selected, QIcon.State.Off, colours.on_accent),  # in the marked row of a list
    )
    for mode, state, colour in states:
        for size in SIZES:
            result.addPixmap(pixmap(name, colour, size), mode, state)
    return result


def pixmap(name: str, colour: str, size: int) -> QPixmap:
    """An icon as a picture. size: in device pixels."""
    result = QPixmap(size, size)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    svg = SVG.format(colour=colour, shape=SHAPES[name])
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return result


def set_icon(target: QAbstractButton | QAction, name: str, lit: bool = True) -> None:
    """Sets the icon of a button or an action and keeps it in the theme's colours."""
    only_direct = Qt.FindChildOption.FindDirectChildrenOnly
    for updater in target.findChildren(IconUpdater, options=only_direct):
        updater.set_name(name)
        return
    IconUpdater(target, name, lit)


class IconUpdater(QObject):
    """Recolours the icon of its button when the theme changes; lives as long as the button."""

    def __init__(self, target: QAbstractButton | QAction, name: str, lit: bool) -> None:
        super().__init__(target)
        self._target, self._lit = target, lit
        theme.notice.changed.connect(self._recolour)
        if isinstance(target, QAbstractButton):
            target.setIconSize(QSize(theme.current().px(16), theme.current().px(16)))
        self.set_name(name)

    def set_name(self, name: str) -> None:
        self._name = name
        self._recolour()

    def _recolour(self) -> None:
        self._target.setIcon(icon(self._name, self._lit))
