"""The plane that points lie in, on screen, and the sheet that they are drawn on."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel

from lacuna.core.data.dataset import DataConfig, Dataset
from lacuna.core.data.drawn_points import load, write_points
from lacuna.core.data.toy import HALF, POINT, to_images
from lacuna.core.scene.scene import Critic, Scene
from lacuna.explorer.panels.cursor import WIDER, WIDTH, CursorPanel
from lacuna.explorer.panels.data_chooser import CANVAS, DataChooser
from lacuna.explorer.panels.data_space import BEST_AWAITED, DataSpace
from lacuna.explorer.panels.drawing_dialog import DrawingDialog
from lacuna.explorer.plots.sheet import SPRAYED
from tests.explorer.formula_model import put
from tests.explorer.gestures import spray
from tests.waiting import settle

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def halved(z):
    return to_images(0.5 * z)


def document(shape=POINT, classes=("1", "2")):
    return SimpleNamespace(shape=shape, classes=classes, codes=None, step=-1, data=DataConfig())


def look_at_points(session, critic=None):
    scene = Scene("points", 0, halved, critic=critic)
    put(session, document=document(), timeline=(scene,))
    settle(
        session,
        lambda: session.results.generator_grid is not None and session.results.sample is not None,
    )


def rises(images):
    return images.flatten(1)[:, 0]


# ---- the plane ----


def test_the_point_follows_the_cursor_of_the_map(session, shown):
    look_at_points(session)
    view = shown(DataSpace(session), 420, 500)
    session.set(cursor=(2.0, -1.0))
    settle(session, lambda: session.results.sample.z == (2.0, -1.0))
    assert view.plot.cursor_place == pytest.approx((1.0, -0.5), abs=1e-5)


def test_a_press_on_the_plane_moves_the_cursor_of_the_map(session, shown, qtbot):
    look_at_points(session)
    view = shown(DataSpace(session), 420, 500)
    view.plot.grab()
    at = view.plot.to_screen(0.5, 0.25).toPoint() - view.plot.view.pos()
    qtbot.mousePress(view.plot.view.viewport(), LEFT, pos=at)
    qtbot.mouseRelease(view.plot.view.viewport(), LEFT, pos=at)
    assert np.array(session.settings.cursor) == pytest.approx([1.0, 0.5], abs=0.3)
    assert session.settings.cursor in [
        tuple(map(float, z)) for z in session.results.generator_grid.z
    ]
    session.history.undo()  # one gesture
    assert session.settings.cursor == (0.0, 0.0)


def test_a_layer_goes_and_comes_back(session, shown, qtbot):
    look_at_points(session)
    view = shown(DataSpace(session), 420, 500)
    before = view.plot.grab().toImage()
    qtbot.mouseClick(view.boxes["samples"], LEFT, pos=QPoint(8, 8))
    assert not session.settings.space.samples
    assert view.plot.grab().toImage() != before
    session.history.undo()
    assert view.boxes["samples"].isChecked()
    assert view.plot.grab().toImage() == before


def test_the_critic_is_there_where_the_model_has_one(session, shown):
    view = shown(DataSpace(session), 420, 760)
    look_at_points(session)
    assert view.critic.isHidden()
    assert view.boxes["slopes"].isHidden()
    look_at_points(session, Critic(rises, "height"))
    settle(session, lambda: session.results.critic_map is not None)
    assert view.critic.isVisible()
    assert view.critic.left.value_at(HALF, 0) == pytest.approx(1.0)
    assert view.critic.left.value_at(-HALF, 0) == pytest.approx(0.0)
    picture = view.critic.left.grab().toImage()
    ends = [view.critic.left.to_screen(x, 0.3).toPoint() for x in (-2.8, 2.8)]
    left, right = (picture.pixelColor(end).lightness() for end in ends)
    assert left < right  # dark is low


def test_where_the_best_critic_is_to_come_it_is_said(session, shown):
    view = shown(DataSpace(session), 420, 760)
    put(session, resting=False)
    look_at_points(session, Critic(rises, "height"))
    settle(session, lambda: session.results.critic_map is not None)
    left, right = view.critic.left, view.critic.right
    assert left.view.isVisible()
    assert not right.view.isVisible()  # no axes, as if it were a picture
    assert BEST_AWAITED in [label.text() for label in right.findChildren(QLabel)]


def test_a_number_below_nothing_has_a_true_minus(session, shown):
    panel = shown(CursorPanel(session), WIDER, 700)
    look_at_points(session)
    assert (
        panel.figures.rows["prior"][1].text() == "\N{MINUS SIGN}1.84 nats"
    )  # -log 2 pi, at the middle


def test_images_have_no_plane(session, shown):
    panel = shown(CursorPanel(session), WIDTH, 700)
    assert panel.width() == WIDTH
    look_at_points(session)
    assert panel.width() == WIDER
    assert panel.space.isVisible()
    assert not panel.sample.isVisible()
    put(session, document=document((1, 28, 28)))
    assert panel.width() == WIDTH
    assert panel.sample.isVisible()
    assert not panel.space.isVisible()


# ---- the dialog ----


def test_the_sheet_is_as_wide_as_what_is_written_around_it(shown, qtbot):
    dialog = DrawingDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    sheet = dialog.sheet
    assert sheet.plot_rect().width() == pytest.approx(sheet.width(), abs=1)
    assert sheet.x() == dialog.count.x()


def test_the_dialog_counts_and_follows_the_keys(shown, qtbot):
    dialog = shown(DrawingDialog(), 600, 700)
    assert not dialog.save.isEnabled()
    spray(qtbot, dialog.sheet, 0, 0)
    assert dialog.count.text() == "5 points; 10 are needed"
    qtbot.keyClick(dialog.sheet, "2")
    assert dialog.classes.checkedId() == 2
    spray(qtbot, dialog.sheet, 1, 0)
    assert dialog.count.text() == "10 points of 2 classes"
    assert dialog.save.isEnabled()
    qtbot.mouseClick(dialog.undo, LEFT)
    assert len(dialog.sheet.points) == SPRAYED
    qtbot.mouseClick(dialog.clear, LEFT)
    assert dialog.count.text() == "0 points; 10 are needed"


@pytest.mark.parametrize("name", ["mine.csv", "mine.npz"])
def test_drawn_points_are_read_as_they_were_drawn(shown, qtbot, tmp_path, name):
    dialog = shown(DrawingDialog(), 600, 700)
    for label, place in ((1, (1, 1)), (4, (-1, 0)), (1, (0, -2))):
        dialog.sheet.choose(label)
        spray(qtbot, dialog.sheet, *place)
    with qtbot.waitSignal(dialog.saved) as told:
        dialog.save_to(tmp_path / name)
    config = DataConfig(name="drawn", folder=str(told.args[0]))
    (found,) = [value for value in load(config) if isinstance(value, Dataset)]
    assert found.classes == ("1", "4")
    read = torch.cat([found.train.images, found.test.images])
    expected = to_images(torch.from_numpy(dialog.sheet.points.astype(np.float32)))
    assert sorted(read.flatten(1).tolist()) == sorted(expected.flatten(1).tolist())
    labels = torch.cat([found.train.labels, found.test.labels])
    assert labels.bincount().tolist() == [2 * SPRAYED, SPRAYED]


def test_the_chooser_trains_on_what_was_drawn(session, shown, tmp_path):
    chooser = shown(DataChooser(session))
    before = session.settings.data
    chooser.names.activated.emit(chooser.names.findData(CANVAS))
    assert chooser.drawing.isVisible()
    assert session.settings.data == before
    assert chooser.names.currentData() == before.name
    path = tmp_path / "points.csv"
    write_points(path, np.zeros((10, 2)))
    chooser.drawing.saved.emit(path)
    assert session.settings.data.name == "drawn"
    assert session.settings.data.folder == str(path)
    assert chooser.names.currentData() == "drawn"
