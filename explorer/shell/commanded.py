"""What commands act on: the parts and verbs of the window, as a protocol."""

from __future__ import annotations

from typing import Protocol

from lacuna.core.session.session import Session

from ..look.theme import Scheme
from ..map.view import MapView
from ..panels.map_area import MapArea
from ..panels.path_bar import PathBar
from ..panels.scrubber import Scrubber
from .anchors import Anchors
from .file_dialogs import Files
from .side_panel import SidePanel


class Commanded(Protocol):
    """The parts and verbs of the window that commands use."""

    session: Session
    files: Files
    anchors: Anchors
    map: MapView
    map_area: MapArea
    path_bar: PathBar
    scrubber: Scrubber
    side_panel: SidePanel

    def show_palette(self) -> None: ...
    def show_help(self) -> None: ...
    def show_theory(self) -> None: ...
    def show_experiment(self) -> None: ...
    def ask_data(self) -> None: ...
    def ask_comparison(self) -> None: ...
    def ask_beside(self) -> None: ...
    def toggle_alone(self) -> None: ...
    def toggle_side(self) -> None: ...
    def set_scheme(self, scheme: Scheme) -> None: ...
    def close(self) -> bool: ...
