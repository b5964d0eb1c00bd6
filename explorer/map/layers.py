"""The layers of the map: what is painted, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

from PySide6.QtGui import QPainter

from lacuna.core.session.settings import Layer, Layers

from ..widgets.canvas import Colours
from ..widgets.lateness import FAINT
from .classes import ClassLayer
from .cloud import CloudLayer
from .glyphs import GlyphLayer
from .grid import GridLayer
from .heights import HeightImage
from .holes import HoleImage
from .image_layer import ImageLayer
from .marks import MarkLayer
from .names import NameLayer
from .paths import PathLayer
from .viewport import Viewport

LayerName = Literal["classes", "holes", "cloud", "heights", "glyphs"]  # of what is measured

FADED = 0.35  # opacity of the holes while a class is highlighted


class Painted(Protocol):
    def paint(self, painter: QPainter, viewport: Viewport) -> None: ...


class LayerStack:
    """All layers with their content, and which of them are shown how.

    The background changes seldom: classes, heights, grid, holes, cloud, glyphs, names, the lowest
    first. The foreground is what is moved by hand: paths and marks.
    """

    def __init__(self) -> None:
        self.shown = Layers()
        self.classes = ClassLayer()
        self.heights = ImageLayer[HeightImage]()
        self.grid = GridLayer()
        self.holes = ImageLayer[HoleImage]()
        self.cloud = CloudLayer()
        self.glyphs = GlyphLayer()
        self.names = NameLayer()
        self.paths = PathLayer()
        self.marks = MarkLayer()
        self.highlighted = -1  # the class that stands out
        self.late: Mapping[LayerName, int] = {}  # layers that lag behind, and of which step

    def set_classes(self, names: tuple[str, ...], colours: Colours) -> None:
        self.names.names, self.paths.colours = names, colours
        self.cloud.set_colours(colours)

    def highlight(self, index: int) -> None:
        """Let one class stand out from the others; -1 none."""
        self.highlighted = self.names.highlighted = index
        self.classes.highlight(index)
        self.cloud.highlight(index)

    def restyle(self) -> None:
        """Take the colours of a new theme."""
        self.classes.restyle()
        self.cloud.restyle()

    def paint_background(self, painter: QPainter, viewport: Viewport) -> None:
        shown, faded = self.shown, 1.0 if self.highlighted < 0 else FADED
        _paint(painter, viewport, self.classes, shown.classes, self._opacity("classes"))
        _paint(painter, viewport, self.heights, shown.heights, self._opacity("heights"))
        _paint(painter, viewport, self.grid, shown.grid)
        _paint(painter, viewport, self.holes, shown.holes, faded * self._opacity("holes"))
        _paint(painter, viewport, self.cloud, shown.cloud, self._opacity("cloud"))
        _paint(painter, viewport, self.glyphs, shown.glyphs, self._opacity("glyphs"))
        _paint(painter, viewport, self.names, shown.names, self._opacity("classes"))

    def _opacity(self, layer: LayerName) -> float:
        return FAINT if layer in self.late else 1.0

    def paint_foreground(self, painter: QPainter, viewport: Viewport) -> None:
        _paint(painter, viewport, self.paths, self.shown.paths)
        self.marks.paint(painter, viewport)


def _paint(
    painter: QPainter, viewport: Viewport, content: Painted, layer: Layer, opacity: float = 1.0
) -> None:
    if layer.visible and layer.opacity > 0:
        painter.setOpacity(layer.opacity * opacity)
        content.paint(painter, viewport)
        painter.setOpacity(1)
