"""Images along a path, for tests of the filmstrip and of the chart below it."""

import numpy as np

from lacuna.core.render.colours import class_colours
from lacuna.explorer.widgets.filmstrip import Filmstrip

TEN = class_colours(10)


def samples(count):
    return np.linspace(0, 1, count, dtype=np.float32)[:, None, None, None] * np.ones((1, 1, 28, 28))


def strip(frames=40):
    film = Filmstrip("The path will be here.")
    film.set_frames(samples(frames), np.arange(frames) * 2 // frames, TEN)
    return film
