"""The theory in the house: what is cited is there, and what is there can be read."""

import re
from pathlib import Path

import pytest

from lacuna.core.compare import figure_table
from lacuna.core.figures.finding import Quantity
from lacuna.core.files import theory
from lacuna.core.geometry.classes.entropy import UNREPEATED
from lacuna.core.geometry.holes.detectors.registry import DETECTORS
from lacuna.core.geometry.holes.persistence import LASTING
from lacuna.core.geometry.lipschitz.lipschitz import SAFETY
from lacuna.core.geometry.radius.bounds import CLOSED, CONCAVE, FACTOR, PEAK, SLIDE, TRIVIAL
from lacuna.core.measures.elbo_surgery import COLLAPSED
from lacuna.core.reports.geometry import bounds, diversity, holes, image, radius
from lacuna.core.reports.quality import bound, checks, classes, latent, samples

ROOT = Path(__file__).parents[3]
KEYS = r"[A-HL]\d+[a-z]?"
CITED = re.compile(rf"theory:\s+({KEYS}(?:,\s+{KEYS})*)")
OTHERWISE = re.compile(rf"THEORY\.md|theory:\s+{KEYS}(?: and | to |-)")  # a list has commas
MODULES = (
    figure_table,
    bounds,
    diversity,
    holes,
    image,
    radius,
    bound,
    checks,
    classes,
    latent,
    samples,
)


def citations():
    """(file, key) of every citation in the sources."""
    for folder in ("core", "explorer", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for keys in CITED.findall(path.read_text(encoding="utf-8")):
                yield from ((path, key) for key in re.findall(KEYS, keys))


def quantities():
    """All that findings are made of, of all chapters"""
    for module in MODULES:
        for value in vars(module).values():
            for one in value.values() if isinstance(value, dict) else [value]:
                if isinstance(one, Quantity):
                    yield one


def test_what_is_cited_is_there():
    result = list(citations())
    assert result
    lost = [(str(path), key) for path, key in result if key not in theory.passages()]
    assert not lost


def test_all_is_cited_alike():
    for folder in ("core", "explorer"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not OTHERWISE.search(path.read_text(encoding="utf-8")), path


def test_every_formula_on_screen_can_be_opened():
    result = list(quantities())
    assert len(result) > 40
    for quantity in result:
        if quantity.theory or quantity.formula:
            assert quantity.theory in theory.passages(), quantity.key
    assert {detector.theory for detector in DETECTORS.values()} <= set(theory.passages())


@pytest.mark.parametrize("title", theory.chapters())
def test_a_chapter_has_a_title_and_its_keys_stand_once_before_their_headings(title):
    text = theory.chapters()[title].read_text(encoding="utf-8")
    assert title
    anchors = re.findall(r'<a id="([^"]*)">', text)
    mine = [one for one in theory.passages().values() if one.chapter == theory.chapters()[title]]
    assert anchors == [one.key for one in mine]
    assert all(one.heading.startswith(f"{one.key}. ") for one in mine)
    assert text.count("```") % 2 == 0
    for formula in re.findall(r"```\n(.*?)```", text, re.DOTALL):
        assert all(len(line) <= 80 for line in formula.splitlines()), formula
    assert all(len(line) <= 160 for line in text.splitlines() if not line.startswith("|"))


def test_no_key_stands_twice():
    texts = [path.read_text(encoding="utf-8") for path in theory.chapters().values()]
    keys = [key for text in texts for key in re.findall(r'<a id="(\w+)">', text)]
    assert len(keys) == len(set(keys))


def test_the_contents_name_every_chapter():
    first, *others = theory.chapters().values()
    text = first.read_text(encoding="utf-8")
    assert all(f"]({path.name})" in text for path in others)


def test_keys_in_a_text_are_links_but_not_in_headings_and_formulas():
    text = theory.linked(theory.passages()["A3"].chapter)
    assert "\n## A3. " in text
    assert "[L8](#L8)" in text
    assert "<a id" not in text
    formulas = re.findall(r"```.*?```", text, re.DOTALL)
    assert formulas
    assert not any("](#" in formula for formula in formulas)


def test_every_passage_names_a_source_or_is_proved_or_known():
    for passage in theory.passages().values():
        body = body_of(passage)
        own = passage.key[0] in "LF" or passage.key in ("B0b", "B2", "C5", "C6", "A3")
        assert own or re.search(r"Sources?: |\| source \|", body), passage.key


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("A3", f"{CONCAVE:.6f}"),
        ("A3", f"{SLIDE:.6f}"),
        ("A3", f"{CLOSED:.4f}"),
        ("A3", f"{FACTOR}"),
        ("A4", f"{UNREPEATED}"),
        ("E5", f"{COLLAPSED}"),
        ("E14", f"{SAFETY}"),
        ("F2", f"{CONCAVE}"),
        ("F2", f"{SLIDE}"),
        ("F2", f"{PEAK}"),
        ("H8", f"{LASTING:.0f} · birth"),
        ("L5", f"{PEAK:.6f}"),
        ("L6", f"{TRIVIAL:.6f}"),
    ],
)
def test_its_numbers_are_those_of_the_program(key, number):
    assert number in body_of(theory.passages()[key])


def body_of(passage):
    """What stands under a key"""
    text = passage.chapter.read_text(encoding="utf-8")
    return text.partition(f'<a id="{passage.key}"></a>')[2].partition("<a id=")[0]
