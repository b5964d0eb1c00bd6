"""Options of pyqtgraph: their one home. Charts import this before they make anything."""

from __future__ import annotations

import pyqtgraph as pg

pg.setConfigOptions(
    antialias=True,  # curves are thinned to the pixels first, so it is cheap
    imageAxisOrder="row-major",  # row 0 at the bottom of the axes, as arrays of the map have it
    exitCleanup=False,  # it walks through all objects of the program
)
