"""A second model in the window: real files, a real mouse, and nothing left when it is closed."""

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from lacuna.core.config.serialisation import to_json
from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive
from lacuna.core.geometry.map.refinement import Grain
from lacuna.core.models.vae.vae import VAEConfig
from lacuna.core.session.settings import Settings
from lacuna.core.training.config import TrainConfig
from tests.core.small_models import codes_of_zero, document
from tests.explorer.formula_model import half_planes, spot
from tests.explorer.gestures import drag, texts_of

FLAT = VAEConfig(body="dense", hidden=16)
DEEP = replace(FLAT, latent=3)
HERE = DataConfig(count=60)


def saved(path, model=FLAT, **settings):
    requested = Settings(
        HERE,
        model,
        TrainConfig(epochs=1, device="cpu"),
        grain=Grain(finest=33),
        families=(),
        **settings,
    )
    codes = codes_of_zero(40, model.latent)
    digits = tuple("0123456789")
    archive.save(
        path,
        document(model, (1, 28, 28), digits, data=HERE, codes=codes, settings=to_json(requested)),
    )
    return path


@pytest.fixture
def files(tmp_path):
    return saved(tmp_path / "one.lacuna"), saved(tmp_path / "two.lacuna", cursor=(2.0, 2.0))


@pytest.fixture
def two(qtbot, program, files):
    """The window with both files."""
    program.start(files[0])
    return beside(qtbot, program, files[1])


def beside(qtbot, program, path):
    program.window.map_area.open(path)
    second = program.window.map_area.workspace.second
    for session in (program.session, second):
        qtbot.waitUntil(lambda s=session: s.results.plane is not None)
    return program.window, program.session, second


def swept(qtbot, gone):
    """Widgets go with the next event, and jobs at their next pause."""

    def free():
        gc.collect()
        return not any(ref() for ref in gone)

    qtbot.waitUntil(free)


def test_a_drag_on_the_right_map_moves_both_cursors(qtbot, two):
    window, first, second = two
    area = window.map_area
    assert (area.head.name.text(), area.beside.head.name.text()) == ("one", "two")
    assert area.beside.head.model.text() == "2-D, step 0"
    assert first.settings.cursor == second.settings.cursor == (0.0, 0.0)
    view = window.map_area.beside.map
    start = spot(view, 0, 0)
    drag(qtbot, view, start, start + QPoint(20, 0), start + QPoint(40, -30))
    assert first.settings.cursor == second.settings.cursor != (0.0, 0.0)
    for session in (first, second):
        qtbot.waitUntil(lambda s=session: s.results.sample.z == s.settings.cursor)
    left, right = (one.canvas.layers.marks.places["cursor"] for one in (window.map, view))
    assert left == right
    for strip in (window.map_area.sample_strip, window.map_area.beside.sample_strip):
        assert strip.isVisible()
        assert strip.top_class.text().endswith("%")
    assert window.top_bar.buttons["undo"].isEnabled()
    window.commands["undo"].run()
    assert first.settings.cursor == second.settings.cursor == (0.0, 0.0)
    assert not window.top_bar.buttons["undo"].isEnabled()
    window.commands["redo"].run()
    assert first.settings.cursor == second.settings.cursor != (0.0, 0.0)


def test_a_drag_of_the_map_moves_both_and_settles(qtbot, qapp, two):
    window, first, second = two
    start = spot(window.map, 1, 1)
    drag(qtbot, window.map, start, start + QPoint(30, 0), start + QPoint(60, 20))
    maps = window.map, window.map_area.beside.map

    def apart():
        """From the middle of one map to the middle of the other, in prior sigmas."""
        one, other = (centre(view) for view in maps)
        return np.abs(one - other).max()

    assert np.abs(centre(window.map)).max() > 0.1
    qtbot.waitUntil(lambda: apart() < 1e-6)
    windows = first.settings.window, second.settings.window
    for _ in range(3):  # whatever the two maps have to say to one another
        qapp.processEvents()
    assert (first.settings.window, second.settings.window) == windows
    assert apart() < 1e-6


def centre(view):
    left, right, bottom, top = view.canvas.viewport.window
    return np.array([(left + right) / 2, (bottom + top) / 2])


def test_other_dimensions_are_said_and_not_linked(qtbot, program, files, tmp_path):
    program.start(files[0])
    window, first, second = beside(qtbot, program, saved(tmp_path / "deep.lacuna", DEEP))
    qtbot.waitUntil(lambda: first.results.scene is not None)
    first.set(cursor=(1.0, 1.0))
    assert second.settings.cursor == (0.0, 0.0, 0.0)
    remark = window.map_area.beside.head.remark
    assert remark.isVisible()
    assert "2 and 3 dimensions" in remark.toolTip()


def test_closing_leaves_one_map_and_nothing_of_the_second(qtbot, program, files):
    program.start(files[0])
    window, first, second = beside(qtbot, program, files[1])
    gone = weakref.ref(second), weakref.ref(window.map_area.beside)
    window.commands["differences"].run()
    window.map_area.beside.close_button.click()
    watched = first.store.watchers
    assert not program.engine.busy("second")
    assert not window.commands["beside close"].possible()
    assert not window.map_area.head.isVisible()
    assert window.map_area.count() == 1
    del second
    swept(qtbot, gone)
    first.set(cursor=(1.0, 0.0))
    qtbot.waitUntil(lambda: first.results.sample.z == (1.0, 0.0))
    window.map_area.open(files[1])
    window.map_area.close_second()
    assert first.store.watchers == watched


def test_a_file_that_cannot_be_read_leaves_no_empty_map(qtbot, program, files, tmp_path):
    program.start(files[0])
    bad = tmp_path / "bad.lacuna"
    bad.write_text("no model")
    program.window.map_area.open(bad)
    qtbot.waitUntil(lambda: program.window.map_area.workspace is None)
    assert "bad.lacuna" in program.window.messages.sentence()


def test_the_same_settings_train_beside_with_another_seed(qtbot, two):
    window, first, _ = two
    qtbot.waitUntil(lambda: first.results.dataset is not None)
    window.commands["beside again"].run()
    second = window.map_area.workspace.second
    assert second.settings.train.seed == first.settings.train.seed + 1
    assert second.settings.model == FLAT
    qtbot.waitUntil(lambda: second.results.document is not None)
    assert second.results.dataset is first.results.dataset


def test_the_table_says_how_the_two_differ(qtbot, two):
    window, first, second = two
    window.commands["differences"].run()
    dialog = window.map_area.differences
    for session in (first, second):
        qtbot.waitUntil(lambda s=session: s.results.masses is not None)
    label, one, other, low, high, mark = texts_of(dialog.figures.rows["entropy"])
    assert label == "Collision entropy, nats"
    assert float(one) >= 0
    assert float(other) >= 0
    assert " to " in low
    assert " to " in high
    assert mark in ("lower", "higher", "not told apart")
    assert dialog.measure.isVisible()
    dialog.measure.click()
    assert first.settings.surveyed
    assert second.settings.surveyed


def test_the_steps_of_a_training_lie_over_the_map_which_keeps_its_size(program, files):
    program.start(files[0])
    window, session = program.window, program.session
    strip = window.scrubber
    assert not strip.isVisible()
    before = window.map.geometry(), session.settings.window
    timeline = tuple(replace(half_planes(), step=step) for step in (1, 2, 3))
    session.store.update(timeline=timeline)
    assert strip.isVisible()
    assert (window.map.geometry(), session.settings.window) == before
    assert strip.geometry().bottom() == window.map.geometry().bottom()
    assert strip.width() == window.map.width()
    assert window.map.canvas.foot == strip.height()
    session.store.update(timeline=timeline[:1])
    assert not strip.isVisible()
    assert window.map.canvas.foot == 0
