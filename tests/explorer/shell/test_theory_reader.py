"""The theory in a window of its own, and the way there from a number on screen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lacuna.core.figures.estimate import Estimate
from lacuna.core.figures.finding import Quantity, measured
from lacuna.core.files import theory
from lacuna.explorer.look import theme
from lacuna.explorer.shell.theory_reader import TheoryReader
from lacuna.explorer.widgets.finding_row import FindingRow

LENGTH = Quantity("mean", "Mean <radius>", "σ", "How far.", "E[r] < 1", "Someone", theory="A2")


@pytest.fixture
def reader(qtbot):
    reader = TheoryReader()
    qtbot.addWidget(reader)
    reader.show()
    qtbot.waitExposed(reader)
    return reader


@pytest.fixture
def row(qtbot):
    row = FindingRow(measured(LENGTH, Estimate.exact(1)))
    qtbot.addWidget(row)
    row.resize(400, 300)
    row.toggle()
    row.show()
    qtbot.waitExposed(row)
    return row


def top_key(reader):
    """The key of the passage at the top of the text; empty above the first."""
    block = reader.text.cursorForPosition(reader.text.viewport().rect().topLeft()).block()
    while block.isValid():
        if block.blockFormat().headingLevel() == 2:
            return block.text().partition(".")[0]
        block = block.previous()
    return ""


@pytest.mark.parametrize("key", theory.passages())
def test_every_key_opens_its_passage_at_the_top(reader, key):
    reader.open_passage(key)
    assert top_key(reader) == key


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_another_theme_draws_the_same_place_anew(reader, choice):
    reader.open_passage("A4")
    text = reader.text.toPlainText()
    theme.apply(QApplication.instance(), choice)
    assert reader.text.toPlainText() == text
    assert top_key(reader) == "A4"


def test_keys_in_the_text_and_the_contents_lead_on(reader):
    reader.open_passage("A3")
    reader.text.anchorClicked.emit("#H1")
    assert top_key(reader) == "H1"
    reader.text.anchorClicked.emit("paths.md")
    assert "C1." in reader.text.toPlainText()


def test_the_word_formula_asks_for_its_passage(row, qtbot):
    with qtbot.waitSignal(row.theory_requested) as requested:
        row.more.setFocus()
        QTest.keyClick(row.more, Qt.Key.Key_Tab)
        QTest.keyClick(row.more, Qt.Key.Key_Return)
    assert requested.args == ["A2"]
    assert row.is_open()


@pytest.mark.parametrize(("choice", "worn"), [("light", theme.LIGHT), ("dark", theme.DARK)])
def test_the_link_wears_the_theme(row, choice, worn):
    theme.apply(QApplication.instance(), choice)
    assert worn.accent in row.more.text()


def test_what_is_explained_is_shown_as_it_is(row):
    assert "E[r] &lt; 1" in row.more.text()
    row.show_finding(measured(Quantity("k", "L", formula="x"), Estimate.exact(1)))
    assert "href" not in row.more.text()


def test_a_press_beside_the_link_closes_the_explanation(row):
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.value.geometry().center())
    assert not row.is_open()
