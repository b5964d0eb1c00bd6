"""The program as a person uses it: its own engine, session and training, real mouse and keys."""

import math
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QStyle, QStyleOptionSlider

from lacuna.core.data.dataset import DataConfig
from lacuna.core.documents import archive
from lacuna.core.files.locations import bundled
from lacuna.explorer.look import preferences, theme
from lacuna.explorer.look.pixels import image_of
from tests.e2e.digits import MODEL
from tests.e2e.person import CTRL, NONE, RIGHT

SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen's


def colours(widget):
    """How many different ones a widget shows, in every fourth pixel each way."""
    observed = widget.grab().toImage()
    rows, columns = range(0, observed.height(), 4), range(0, observed.width(), 4)
    return len({observed.pixel(x, y) for y in rows for x in columns})


def near(one, other, within=1e-5):
    return np.allclose(one, other, rtol=0, atol=within)


def judged(document, z):
    """What the judge sees in what the model draws at z."""
    with torch.no_grad():
        image = document.model.decode(torch.as_tensor(z, dtype=torch.float32)[None])
        return int(document.judge(image).argmax())


# ---- what is there to see ----


def test_a_file_opens_to_a_map(person):
    session, window = person.session, person.window
    classes = session.results.document.classes
    assert person.said() == ""
    assert "Drawn digits" in window.windowTitle()
    assert colours(person.map) > 50
    assert colours(window.explore_panel.samples) > 50
    assert len(window.explore_panel.samples.images) == session.settings.columns**2
    assert person.map.overlays.legends.classes.isVisible()
    assert person.map.canvas.layers.names.names == classes == tuple("0123456789")
    assert not window.cursor_panel.absent.isVisible()  # the images are made here


@pytest.mark.parametrize("page", [0, 1, 2])
def test_a_window_that_nobody_touches_comes_to_rest(person, page):
    """Nothing lays itself out or paints itself again and again: that would take a core."""
    person.window.side_panel.show_page(page)
    person.window.anchors.place()
    person.settled()
    rounds = 0
    while (watch := Watch()).count(10) and rounds < 20:  # what follows from the last answers
        rounds += 1
    assert watch.count(50) == 0


class Watch(QObject):
    """Counts what is painted and laid out."""

    RESTLESS = QEvent.Type.LayoutRequest, QEvent.Type.UpdateRequest, QEvent.Type.Paint

    def count(self, rounds):
        self.seen, app = 0, QApplication.instance()
        app.installEventFilter(self)
        for _ in range(rounds):
            app.processEvents()
        app.removeEventFilter(self)
        return self.seen

    def eventFilter(self, watched, event):
        self.seen += event.type() in self.RESTLESS
        return False


def test_the_legend_lights_its_class_on_the_map(person):
    legend = person.map.overlays.legends.classes
    before = person.map.grab().toImage()
    third = QPointF(legend.rows.width() / 2, 2.5 * legend.rows.row_height())
    person.move(legend.rows, third - QPointF(0, 3))
    person.move(legend.rows, third)
    person.until(lambda: person.map.canvas.layers.highlighted == 2)
    assert person.map.grab().toImage() != before
    person.move(person.window.cursor_panel.sample, QPointF(5, 5))
    person.until(lambda: person.map.canvas.layers.highlighted == -1)


# ---- the cursor ----


def test_dragging_the_cursor_draws_what_is_there(person):
    session, start = person.session, person.at("cursor")
    sample, bars, z = person.sample(), person.bars(), session.settings.cursor
    person.drag(person.map, start, start + QPointF(120, -80))
    assert near(
        session.settings.cursor, np.array([120, 80]) / person.map.canvas.viewport.scale, 0.02
    )
    moved = person.sample()
    assert moved != sample
    assert person.bars() != bars
    person.key(Key.Key_Z, CTRL)  # the whole drag is one step
    assert session.settings.cursor == z
    assert not session.history.can_undo
    assert person.sample() == sample
    person.key(Key.Key_Z, CTRL | SHIFT)
    assert person.sample() == moved


def test_esc_takes_a_drag_back(person):
    session, start = person.session, person.at("cursor")
    sample = person.sample()
    person.press(person.map, start)
    person.move(person.map, start + QPointF(50, 50))
    person.move(person.map, start + QPointF(90, 60))
    assert person.sample() != sample
    person.key(Key.Key_Escape)
    person.move(person.map, start + QPointF(120, 60))
    person.release(person.map, start + QPointF(120, 60))
    assert session.settings.cursor == (0.0, 0.0)
    assert person.sample() == sample
    assert not session.history.can_undo


def test_arrows_nudge_the_cursor(person):
    session = person.session
    person.click(person.map, person.free())  # whoever touches the map talks to it
    person.key(Key.Key_Right)
    person.key(Key.Key_Up)
    assert near(session.settings.cursor, (0.05, 0.05))
    person.key(Key.Key_Left, SHIFT)
    assert near(session.settings.cursor, (-0.45, 0.05))
    person.key(Key.Key_Z, CTRL)
    assert near(session.settings.cursor, (0.05, 0.05))


def test_the_map_goes_where_the_mouse_says(person):
    session, view = person.session, person.map
    person.double_click(view, person.place(1.2, -0.7))
    assert near(session.settings.cursor, (1.2, -0.7), 0.02)
    mouse, whole = person.place(1.2, 0.4), session.settings.window
    person.move(view, mouse)
    person.wheel(view, mouse, 3)
    assert near(view.canvas.viewport.to_plane(mouse), (1.2, 0.4), 0.02)
    width = session.settings.window[1] - session.settings.window[0]
    assert math.isclose(width, (whole[1] - whole[0]) / 1.2**3, rel_tol=1e-6)
    person.until(lambda: session.results.map.window == session.settings.window)
    zoomed, free = session.settings.window, person.free()
    person.drag(view, free, free + QPointF(60, 30))
    assert near(session.settings.window[0], zoomed[0] - 60 / view.canvas.viewport.scale, 0.02)
    person.key(Key.Key_Z, CTRL)
    assert session.settings.window == zoomed
    person.key(Key.Key_Z, CTRL)
    assert session.settings.window == whole


def test_a_click_on_a_sample_puts_the_cursor_there(person):
    samples, grid = person.window.explore_panel.samples, person.session.results.samples
    person.click(samples, samples.cell_rect(11).center())
    assert near(person.session.settings.cursor, grid.z[11])
    assert alike(person.sample(), image_of(grid.images[11]))


def test_a_click_on_the_cloud_shows_the_original_beside_its_reconstruction(person):
    results, pair = person.session.results, person.window.cursor_panel.pair
    assert "Nearest" in pair.title.text()
    row, at = lonely(person)
    person.click(person.map, at)
    person.until(lambda: person.session.results.picked is not None)
    original = results.dataset.train.images[int(results.cloud.index[row])]
    assert pair.isVisible()
    assert pair.right.isVisible()
    assert pair.left.image == image_of(original.numpy())
    assert pair.right.image == image_of(person.session.results.picked.reconstruction)
    assert "labelled" in pair.title.text()
    person.until(lambda: pair.best.isVisible())
    person.settled()
    result = person.session.results.inversion
    assert result.error <= result.started
    person.click(pair.best)
    assert near(person.session.settings.cursor, result.z)
    person.click(person.map, person.free())
    person.until(lambda: not pair.right.isVisible())
    assert "Nearest" in pair.title.text()


def alike(one, other):
    """The same but for the last bits of a float."""
    size = range(one.width())
    return one.size() == other.size() and all(
        abs((one.pixel(x, y) & 255) - (other.pixel(x, y) & 255)) < 3 for x in size for y in size
    )


def lonely(person):
    """A dot of the cloud that a mouse can only mean by itself: its row, and where it is."""
    points = person.map.canvas.viewport.to_screen(person.session.results.cloud.points)
    away = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    for row in np.argsort(-away.min(1)):
        at = QPointF(*map(float, np.round(points[row])))
        inside = person.map.rect().adjusted(20, 20, -20, -20).contains(at.toPoint())
        if inside and not person.handle(at) and not person.map.childAt(at.toPoint()):
            return int(row), at
    raise AssertionError("no dot stands alone")


# ---- paths ----


def test_an_adversarial_path_to_a_chosen_class(person):
    session, bar = person.session, person.window.path_bar
    person.click(bar.empty.button)  # "Place A and B"
    assert session.settings.start != session.settings.end
    person.settled()
    path, end = session.results.straight, person.at("end")
    person.drag(person.map, end, end + QPointF(-30, 25))
    person.settled()
    assert near(
        session.settings.end,
        path.z[-1] - np.array([30, 25]) / person.map.canvas.viewport.scale,
        0.1,
    )
    assert session.results.straight is not path

    target = wanted(session)
    person.click(bar.row.buttons["adversarial"])
    person.choose(bar.target, session.results.document.classes[target])
    assert session.settings.target == target
    person.settled()
    result = session.results.adversarial
    assert result.outcome == "reached"
    assert judged(session.results.document, result.z[-1]) == target
    assert near(result.z[0], session.settings.start, 1e-4)
    assert bar.path() is result
    assert bar.title.text().endswith(f"→ {session.results.document.classes[target]}")
    assert colours(bar.frames) > 20
    assert colours(bar.probabilities) > 5


def wanted(session):
    """A class that the model draws often, but neither at A nor at B."""
    document, settings = session.results.document, session.settings
    there = {judged(document, z) for z in (settings.start, settings.end)}
    return next(int(c) for c in np.argsort(-session.results.masses.share) if int(c) not in there)


def test_the_cursor_travels_along_the_path(person):
    session, bar = person.session, person.window.path_bar
    person.ask("place a and b")
    person.settled()

    def on_path():
        return near(session.settings.cursor, place_on(bar.path(), session.settings.travel))

    person.click(person.map, person.free())
    person.key(Key.Key_Space)
    person.until(lambda: session.settings.travel > 0.1)
    assert on_path()
    person.key(Key.Key_Space)  # and it rests
    rests = session.settings.travel
    assert rests < 1
    assert on_path()
    person.key(Key.Key_Z, CTRL)  # a ride is one step
    assert session.settings.travel == 0
    assert near(session.settings.cursor, (0, 0))

    handle = knob(bar.slider)
    person.drag(bar.slider, handle, handle + QPointF(100, 0))
    assert 0.3 < session.settings.travel < 0.7
    assert on_path()
    left, right = (bar.frames.x_of(end) for end in (0, 1))
    middle = bar.frames.height() / 2
    person.drag(bar.frames, QPointF(left + 10, middle), QPointF(right - 1, middle))
    assert session.settings.travel > 0.98
    assert on_path()
    assert session.settings.travel == pytest.approx(bar.slider.value() / 1000, abs=1e-3)


def place_on(path, t):
    return [np.interp(t, path.t, part) for part in path.z.T]


def knob(slider):
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    kind = QStyle.ComplexControl.CC_Slider
    return QPointF(slider.style().subControlRect(kind, option, part, slider).center())


def test_a_right_click_puts_anchors(person):
    for action, name, place in (("Put A here", "start", (-1, 0.5)), ("Put B here", "end", (1, 1))):
        choose_at(person, place, action)
        assert near(getattr(person.session.settings, name), place, 0.02)
    person.settled()
    assert near(person.session.results.straight.z[-1], (1, 1), 0.02)
    choose_at(person, (0.5, -0.5), "Nearest adversary")
    person.settled()
    result, document = person.session.results.nearest, person.session.results.document
    assert near(result.z[0], (0.5, -0.5), 0.02)
    assert judged(document, result.z[-1]) != judged(document, result.z[0])


def choose_at(person, place, message):
    person.click(person.map, person.place(*place), RIGHT)
    person.until(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    action = next(action for action in menu.actions() if action.text() == message)
    person.click(menu, menu.actionGeometry(action).center())
    person.until(lambda: QApplication.activePopupWidget() is None)


# ---- geometry ----


def test_the_geometry_of_a_bundled_model_is_read_and_reported(start, tmp_path, monkeypatch):
    person = start(lighter(bundled()["mnist"], tmp_path / "mnist.lacuna"))
    session, window = person.session, person.window
    person.until(lambda: session.results.codes is not None)
    person.click(window.side_panel.buttons["Geometry"])
    geometry = window.geometry_panel
    for part in ("verdict density", "mean", "hole mass"):
        person.until(lambda part=part: part in geometry.rows)
    person.until(lambda: geometry.list.count() > 1)
    person.until(geometry.report.isVisible)
    assert person.said() == ""
    mean = geometry.rows["mean"]
    assert 0 < sigmas(mean) < sigmas(geometry.rows["bound partition"])  # it holds for any classes
    scroll_to(geometry, mean)
    person.click(mean)
    assert mean.more.isVisible()

    scroll_to(geometry, geometry.list)
    hole = geometry.list.hole(0)
    person.click(geometry.list, geometry.list.row_rect(0).center())
    assert session.settings.cursor == hole.centre
    observed = geometry.rows["verdict density"]
    assert observed.label.text() == "Rarely visited"
    person.until(lambda: observed.value.text() == "a hole")
    assert geometry.viewport().rect().contains(observed.mapTo(geometry.viewport(), QPoint(9, 9)))
    assert window.cursor_panel.sample.image is not None

    person.settled()
    path = tmp_path / "geometry.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    scroll_to(geometry, geometry.report)
    person.click(geometry.report)
    person.until(lambda: person.said() == "Exported geometry.html.")
    page = path.read_text(encoding="utf-8")
    assert "E[r]" in page
    assert mean.value.text().split()[0] in page


def lighter(file, path):
    """The same model with fewer codes held out and a coarser map, for the sake of time."""
    document = archive.load(file)
    test, coarse = document.test.part(torch.arange(400)), {"grain": {"finest": 65}}
    archive.save(path, replace(document, test=test, settings=coarse))
    return path


def scroll_to(panel, part):
    panel.ensureWidgetVisible(part)
    QApplication.processEvents()


def sigmas(row):
    return float(row.value.text().removeprefix("≤ ").removesuffix(" σ"))


# ---- training ----


def begin(person, **typed):
    """Fills in the Train tab and presses Start."""
    panel = person.window.train_panel
    if not panel.isVisible():
        person.click(person.window.side_panel.buttons["Train"])
    person.until(panel.isVisible)
    person.choose(panel.data.names, "Drawn digits (made here)")
    person.choose(panel.model.editor("body").field, "Dense")
    for name, text in typed.items():
        form = panel.model if name in panel.model.names() else panel.train
        person.enter(form, name, text)
        assert form.message(name) == ""
    press(person, panel.start)
    assert QApplication.focusWidget() is panel.pause  # and not what would end it


def press(person, button):
    person.until(lambda: button.isVisible() and button.isEnabled())
    person.see(button)
    person.click(button)


def trains(person, steps=1):
    """Until so many more steps are on the screen."""
    first = _step(person)
    person.until(lambda: _step(person) >= first + steps)


def _step(person):
    observed = person.session.results.training
    return 0 if observed is None else observed.step


def test_a_training_from_start_to_a_file_and_back(person, start, tmp_path, monkeypatch):
    session, panel = person.session, person.window.train_panel
    begin(person, hidden="32", epochs="100 000", batch="16")
    person.until(lambda: session.results.run == "training")
    assert session.results.document.config == replace(MODEL, hidden=32)
    trains(person, 20)
    curve, step = panel.curves.grab().toImage(), session.results.scene.step
    trains(person, 20)
    assert panel.curves.grab().toImage() != curve
    person.until(lambda: session.results.map is not None and session.results.map.step > step)

    press(person, person.window.scrubber.follow)
    held = session.settings.step
    assert held == session.results.scene.step
    trains(person, 20)
    assert session.results.scene.step == held
    assert "held" in person.window.top_bar.title.text()
    press(person, person.window.scrubber.follow)
    assert session.settings.step is None
    person.until(lambda: session.results.scene.step > held)

    press(person, panel.pause)
    person.until(lambda: session.results.run == "paused")
    assert panel.pause.text() == "Resume"
    rested = session.results.document.step
    press(person, panel.pause)
    person.until(lambda: session.results.document.step > rested)
    press(person, panel.pause)
    person.until(lambda: session.results.run == "paused")

    path = tmp_path / "mine.lacuna"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    person.drag(person.map, person.at("cursor"), person.place(0.8, 0.3))
    sample, settings = person.sample(), session.settings
    person.key(Key.Key_S, CTRL | SHIFT)
    person.until(lambda: person.said() == "Saved mine.lacuna.")
    quit_(person)

    again = start(path)
    again.until(lambda: again.session.results.document is not None)
    again.settled()
    assert again.said() == ""  # what was saved is not offered as if it had been lost
    observed = again.session.settings  # no row of steps: the map is higher, as high a part is shown
    assert observed.window[2:] == settings.window[2:]
    assert replace(observed, window=settings.window) == settings
    assert again.session.results.document.step == session.results.document.step
    assert again.sample() == sample


def quit_(person):
    """Closes the window, as its frame does."""
    person.window.windowHandle().close()
    person.until(lambda: not person.window.isVisible())
    person.program.close()


def test_a_save_is_finished_before_the_window_closes(person, file):
    person.drag(person.map, person.at("cursor"), person.place(0.8, 0.3))
    person.key(Key.Key_S, CTRL)
    person.key(Key.Key_Q, CTRL)
    person.until(lambda: not person.window.isVisible())
    person.program.close()
    assert archive.load(file).settings["cursor"] == list(person.session.settings.cursor)


def test_a_run_under_way_is_offered_at_the_next_start(person, start):
    begin(person, hidden="32", epochs="100 000", batch="16")
    person.until(lambda: person.session.results.run == "training")
    trains(person, 10)
    quit_(person)
    left = person.session.results.document

    again = start()
    again.until(lambda: again.session.settings.start is not None)  # something to touch
    assert not again.session.history.can_undo  # nobody has done anything yet
    assert "is kept" in again.said()
    buttons = again.window.messages.buttons
    assert [button.text() for button in buttons] == ["Open it", "Discard it"]
    press(again, buttons[0])
    again.until(lambda: again.session.results.document is not None)
    again.until(lambda: again.session.results.document.config == left.config)
    assert again.session.results.document.step == left.step
    again.click(again.window.side_panel.buttons["Train"])
    press(again, again.window.train_panel.go_on)
    again.until(lambda: again.session.results.document.step > left.step)


# ---- what goes wrong ----


def still_alive(person):
    """The model that was there can still be touched."""
    sample, start = person.sample(), person.at("cursor")
    end = QPointF(person.map.rect().center()) + QPointF(-70, 90)
    person.drag(person.map, start, end)
    return person.sample() != sample


def one_line(message):
    return 20 < len(message) < 240 and "\n" not in message and "Traceback" not in message


def test_a_damaged_file_leaves_the_old_model(person, file, tmp_path, monkeypatch):
    damaged, before = tmp_path / "half.lacuna", person.session.results.document
    damaged.write_bytes(file.read_bytes()[:20_000])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(damaged), ""))
    person.key(Key.Key_O, CTRL)
    person.until(lambda: "half.lacuna" in person.said())
    assert one_line(person.said())
    assert person.session.results.document is before
    assert still_alive(person)
    assert damaged.resolve() not in preferences.recent()
    press(person, person.window.messages.close_button)
    assert person.said() == ""


def test_an_empty_window_offers_what_can_be_done(start, tmp_path):
    person = start(tmp_path / "nothing.lacuna")
    person.until(lambda: "nothing.lacuna" in person.said())
    window = person.window
    assert one_line(person.said())
    assert person.map.overlays.empty.button.text() == "Train a model"
    assert person.map.overlays.empty.button.isVisible()
    assert not window.path_bar.empty.button.isVisible()
    assert not window.explore_panel.again.isVisible()
    person.click(window.explore_panel.gallery.itemAt(0).widget())
    person.until(lambda: person.session.results.map is not None)
    assert not person.map.overlays.empty.isVisible()
    assert window.path_bar.frames.isVisible()


def test_a_slot_that_fails_is_said_and_the_program_goes_on(person, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", person.program.hook)
    person.window.explore_panel.again.clicked.connect(lambda: [][0])
    messages = person.window.messages
    press(person, person.window.explore_panel.again)
    person.until(lambda: "IndexError" in person.said())
    assert one_line(person.said())
    assert not messages.details.isVisible()
    press(person, messages.details_button)
    assert messages.details.isVisible()
    assert "Traceback" in messages.details.toPlainText()
    assert still_alive(person)


def test_a_training_that_diverges_says_so_and_the_program_goes_on(person):
    panel = person.window.train_panel
    person.click(person.window.side_panel.buttons["Train"])
    person.enter(panel.train, "rate", "1e10")
    assert "from" in panel.train.message("rate")  # not a rate that anybody could mean
    person.enter(panel.train, "rate", "0.01")
    assert panel.train.message("rate") == ""
    begin(person, hidden="32", epochs="1000")
    person.until(lambda: person.session.results.run == "training")
    person.session.set(train=replace(person.session.settings.train, rate=1e10))
    person.until(lambda: "diverged" in person.said())
    assert one_line(person.said())
    assert person.session.results.run == "idle"
    assert not person.window.messages.details_button.isVisible()
    assert still_alive(person)
    assert panel.start.isVisible()


def test_images_that_are_not_on_this_machine_can_be_asked_for(start, trained, tmp_path):
    path = tmp_path / "elsewhere.lacuna"
    archive.save(path, replace(trained, data=DataConfig(name="mnist", folder="")))
    person = start(path)
    person.until(lambda: person.session.results.codes is not None)
    person.settled()
    absent, requests = person.window.cursor_panel.absent, []
    assert person.said() == ""
    assert absent.isVisible()
    assert "not on this machine" in absent.label.text()

    def read():
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox) and box.isActiveWindow():
            requests[:] = [box.text(), *(button.text() for button in box.buttons())]
            person.key(Key.Key_Escape)

    looking = QTimer()
    looking.timeout.connect(read)
    looking.start(20)
    press(person, absent.button)
    looking.stop()
    assert requests[0].startswith("The images of MNIST")
    assert {"Choose a folder…", "Download"} <= set(requests)
    assert still_alive(person)


# ---- looks ----


def test_colours_are_changed_by_command(person):
    shades = {}
    for name in ("dark", "light"):
        person.ask(f"colours {name}")
        assert theme.current().name == name
        bar = person.window.top_bar.grab().toImage()
        shades[name] = bar.pixelColor(4, 4).lightness()
        assert preferences.preferences().value("theme") == name
    assert shades["dark"] < 64 < 192 < shades["light"]
    person.ask("colours system")


def test_the_map_alone_and_back(person):
    window, before = person.window, person.map.size()
    person.key(Key.Key_F11)
    parts = (
        window.top_bar,
        window.side_panel,
        window.cursor_panel,
        window.path_bar,
        window.status_bar,
    )
    person.until(lambda: person.map.width() > 1200)
    assert not any(part.isVisible() for part in parts)
    assert person.map.size().width() == window.width()
    person.settled()
    assert still_alive(person)
    person.key(Key.Key_F11)
    person.until(lambda: person.map.size() == before)
    assert all(part.isVisible() for part in parts)


def test_the_commands_are_filtered_and_run_by_keys(person):
    person.key(Key.Key_K, CTRL)
    person.until(lambda: person.palette() is not None)
    result = person.palette().list
    every = result.count()
    person.type("model")
    assert 0 < result.count() < every
    person.key(Key.Key_A, CTRL)
    person.type("left pan")
    assert [result.item(row).text() for row in range(result.count())] == [
        "Show or hide the left panel (Ctrl+B)"
    ]
    person.key(Key.Key_Return, NONE)
    person.until(lambda: not person.window.side_panel.pages.isVisible())
    person.key(Key.Key_K, CTRL)
    person.until(lambda: person.palette() is not None)
    person.key(Key.Key_Escape)
    person.until(lambda: person.palette() is None)
    person.key(Key.Key_B, CTRL)
    assert person.window.side_panel.pages.isVisible()
