"""The form of a configuration, filled in with keys and mouse."""

from dataclasses import dataclass
from typing import Literal

import pytest
from PySide6.QtCore import Qt

from lacuna.core.config.fields import setting
from lacuna.explorer.forms.editors import factor_step, format_number
from lacuna.explorer.forms.form import Form
from tests.explorer.gestures import visible_fields


@dataclass(frozen=True)
class Config:
    batch: int = setting(128, "images per step", label="Batch", unit="images", low=1, high=8192)
    rate: float = setting(1e-3, "how fast", low=1e-7, high=10, logarithmic=True, live=True)
    beta: float = setting(0.3, "weight of the KL term", low=0, live=True)
    body: Literal["conv", "dense"] = setting("conv", "networks")
    device: Literal["cpu", "cuda"] = "cpu"
    shuffle: bool = setting(False, "draw in random order", label="Shuffle")
    note: str = "none"
    sizes: tuple[int, ...] = (3, 4)
    depth: int = setting(3, "layers", when=("body", "conv"))

    def __post_init__(self):
        if self.note == "bad":
            raise ValueError("A note cannot be bad.")


@pytest.fixture
def form(qtbot):
    form = Form(Config())
    qtbot.addWidget(form)
    form.values = []
    form.changed.connect(form.values.append)
    return form


def enter(qtbot, form, name, text):
    line = form.editor(name).field
    line = line.lineEdit() if hasattr(line, "lineEdit") else line
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def test_every_plain_field_has_an_editor_and_others_keep_their_value(form, qtbot):
    names = ["batch", "rate", "beta", "body", "device", "shuffle", "note", "depth"]
    assert form.names() == visible_fields(form) == names
    enter(qtbot, form, "batch", "64")
    assert form.value() == Config(batch=64)
    assert form.values == [Config(batch=64)]


def test_a_number_shows_its_unit_and_small_ones_a_power_of_ten(form):
    assert form.editor("batch").box.text() == "128 images"
    form.set_value(Config(rate=2e-5))
    assert form.editor("rate").box.text() == "2e-5"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("batch", "0", "Enter a number from 1 to 8192."),
        ("batch", "many", "Enter a number."),
        ("batch", "1.5", "Enter a whole number."),
        ("rate", "inf", "Enter a finite number."),
        ("beta", "-1", "Enter at least 0."),
        ("note", "bad", "A note cannot be bad."),
    ],
)
def test_a_wrong_entry_is_explained_and_not_emitted(form, qtbot, name, text, message):
    enter(qtbot, form, name, text)
    assert form.message(name) == message
    assert form.values == []
    assert form.value() == Config()


def test_a_message_goes_when_the_entry_is_right(form, qtbot):
    enter(qtbot, form, "batch", "0")
    enter(qtbot, form, "batch", "32 images")
    assert form.message("batch") == ""
    assert form.value().batch == 32


def test_typing_is_judged_at_once_and_accepted_at_enter(form, qtbot):
    line = form.editor("rate").box.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, "99")
    assert form.message("rate") == "Enter a number from 1e-7 to 10."
    line.selectAll()
    qtbot.keyClicks(line, "0,01")
    assert form.message("rate") == ""
    assert form.values == []
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert form.values == [Config(rate=0.01)]


def test_arrows_step_by_factors_where_it_is_logarithmic(form, qtbot):
    box = form.editor("rate").box
    for key, rate in ((Qt.Key.Key_Up, 2e-3), (Qt.Key.Key_Up, 5e-3), (Qt.Key.Key_Down, 2e-3)):
        qtbot.keyClick(box, key)
        assert form.value().rate == pytest.approx(rate)
    assert len(form.values) == 3


def test_arrows_step_by_a_digit_elsewhere_and_stop_at_the_range(form, qtbot):
    qtbot.keyClick(form.editor("beta").box, Qt.Key.Key_Up)
    assert form.value().beta == pytest.approx(0.31)
    form.set_value(Config(batch=1))
    qtbot.keyClick(form.editor("batch").box, Qt.Key.Key_Down)
    assert form.value().batch == 1


def test_setting_a_value_is_silent_and_forgets_messages(form, qtbot):
    enter(qtbot, form, "batch", "0")
    form.set_value(Config(batch=7, rate=0.5, body="dense", shuffle=True, note="x"))
    assert form.values == []
    assert form.message("batch") == ""
    assert form.editor("body").combo.currentText() == "Dense"
    assert form.editor("shuffle").box.isChecked()


def test_leaving_a_field_that_shows_a_rounded_value_changes_nothing(form, qtbot):
    form.set_value(Config(beta=0.1 + 0.2))
    qtbot.keyClick(form.editor("beta").box.lineEdit(), Qt.Key.Key_Return)
    assert form.values == []


def test_choices_and_switches_are_entered_at_once(form, qtbot):
    combo = form.editor("body").combo
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    form.editor("shuffle").box.click()
    assert form.value() == Config(body="dense", shuffle=True)
    assert form.editor("device").combo.itemText(0) == "CPU"


def test_a_field_without_effect_is_hidden_and_keeps_its_value(form, qtbot):
    form.show()
    enter(qtbot, form, "depth", "7")
    qtbot.keyClick(form.editor("body").combo, Qt.Key.Key_Down)
    assert not form.editor("depth").isVisible()
    assert form.value() == Config(body="dense", depth=7)
    qtbot.keyClick(form.editor("body").combo, Qt.Key.Key_Up)
    assert form.editor("depth").isVisible()
    form.set_value(Config(body="dense"))
    assert "depth" not in visible_fields(form)


def test_hidden_fields_take_no_room_and_come_back(form):
    form.show()
    high = form.sizeHint().height()
    form.hide_fields(["rate", "beta"])
    assert [name for name in form.names() if name not in visible_fields(form)] == ["rate", "beta"]
    assert form.sizeHint().height() < high
    form.hide_fields([])
    assert form.sizeHint().height() == high


def test_a_number_may_be_pasted_as_it_is_shown_elsewhere(form, qtbot):
    line = form.editor("batch").box.lineEdit()
    line.selectAll()
    line.insert("5\N{NO-BREAK SPACE}240 images")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert form.value().batch == 5240


def test_what_cannot_change_now_is_grey_and_says_why(form):
    form.lock("Stop the training to change it", form.names(live=False))
    assert not form.editor("batch").isEnabled()
    assert form.editor("rate").isEnabled()
    assert "Images per step. Stop the training to change it." in form.editor("batch").toolTip()
    form.unlock()
    assert form.editor("batch").isEnabled()
    assert "Stop" not in form.editor("batch").toolTip()
    form.lock("Wait")
    assert not any(form.editor(name).isEnabled() for name in form.names())


@pytest.mark.parametrize(
    ("value", "up", "down"), [(1, 2, 0.5), (128, 200, 100), (1e-3, 2e-3, 5e-4), (0.7, 1, 0.5)]
)
def test_factor_steps_stop_at_round_numbers(value, up, down):
    assert factor_step(value, 1) == pytest.approx(up)
    assert factor_step(value, -1) == pytest.approx(down)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-3, "0.001"),
        (1.0, "1"),
        (2.5e-7, "2.5e-7"),
        (0.1 + 0.2, "0.3"),
        (2**31 - 1, "2147483647"),
    ],
)
def test_numbers_are_spelled_as_a_person_would(value, text):
    assert format_number(value) == text
