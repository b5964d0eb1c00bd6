"""Levels of an image, coarse to fine."""

import numpy as np

from lacuna.explorer.map.image_layer import ImageLayer, LevelImage


def level(side, source=0, window=(-1.0, 1.0, -1.0, 1.0)):
    return LevelImage(np.zeros((side, side, 4), np.uint8), window, source)


def test_a_fine_picture_stays_until_a_finer_one_comes():
    layer, fine, wide = ImageLayer(), level(513), (-2.0, 2.0, -2.0, 2.0)
    layer.add(fine)
    layer.add(level(17, window=wide))
    assert layer.above is fine
    layer.add(last := level(513, window=wide))
    assert layer.levels == [last]


def test_another_picture_is_shown_at_once_but_calmly_while_a_model_trains():
    layer, fine = ImageLayer(), level(129, source=1)
    layer.add(fine)
    assert layer.waits(33, 2)
    assert layer.levels == [fine]
    assert not layer.waits(65, 2)
    layer.add(level(65, source=2))
    assert layer.below.source == 2
    layer.add(level(17, source=3))
    assert layer.below.side == 17
    assert layer.above is None
