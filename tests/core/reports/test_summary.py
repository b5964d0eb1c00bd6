"""What a report says, and that names are shown as they are."""

import io

import pytest
from rich.console import Console

from lacuna.core.reports.summary import report, table
from tests.core.small_models import codes_of_zero, document
from tests.jobs import returned


def answer(document):
    return returned(report(document))


def printed(answer):
    console = Console(file=io.StringIO(), width=200)
    console.print(table(answer))
    return console.file.getvalue()


def test_shares_of_classes_add_up_and_lie_in_their_intervals():
    value = answer(document(codes=codes_of_zero(9)))
    assert sum(mass["share"] for mass in value["classes"].values()) == pytest.approx(1)
    for mass in (*value["classes"].values(), value["hole"]):
        assert 0 <= mass["low"] <= mass["share"] <= mass["high"] <= 1
    assert list(value["classes"]) == ["left", "right"]


def test_what_is_not_known_is_not_said():
    value = answer(document(classes=()))
    assert value["hole"] is None
    assert "classes" not in value
    assert "None" not in printed(value)


def test_names_in_brackets_are_no_markup():
    text = printed(answer(document(classes=("[red]", "[/x]"), codes=codes_of_zero(9))))
    assert "class [red] " in text
    assert "class [/x] " in text
    assert "[b]a[/c].lacuna" in printed({"file": "[b]a[/c].lacuna"})
