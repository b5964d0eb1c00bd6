"""Whether a window can be shown here, asked before Qt, which ends the program where it cannot."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path

PACKAGES = {  # libraries that Qt's X plugin is linked with: the Debian package of each
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
WITHOUT = "Without a window, `lacuna report FILE`, `map`, `path` and `train` do the same work."


def why_no_window(environment: Mapping[str, str]) -> str:
    """What is missing for a window, in a sentence or two; empty where nothing is."""
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or platform not in ("", "xcb"):
        return ""
    if not platform and environment.get("WAYLAND_DISPLAY"):
        return ""
    if not environment.get("DISPLAY"):
        return f"There is no screen to show a window on: DISPLAY is not set. {WITHOUT}"
    if missing := [package for name, package in PACKAGES.items() if not _loads(name)]:
        return f"Qt lacks libraries of the system: install {', '.join(missing)}. {WITHOUT}"
    plugin = _plugin()
    if plugin is not None and not _loads(str(plugin)):
        return f"Qt's plugin for X ({plugin.name}) cannot be loaded. {WITHOUT}"
    if not _answers(environment["DISPLAY"]):
        display = environment["DISPLAY"]
        return f"No screen answers at DISPLAY={display}: choose one that is there. {WITHOUT}"
    return ""


def _plugin() -> Path | None:
    spec = importlib.util.find_spec("PySide6")
    places = [] if spec is None else spec.submodule_search_locations or []
    found = [Path(place) / "Qt" / "plugins" / "platforms" / "libqxcb.so" for place in places]
    return next((path for path in found if path.exists()), None)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers(display: str) -> bool:
    """Whether an X server takes a connection; True where nothing can be asked"""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    fine = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return fine
