"""A report page: whole, safe, and with everything inside it."""

from html.parser import HTMLParser

import numpy as np

from lacuna.core.figures.finding import Chapter, Finding
from lacuna.core.reports.html import Figure, chart, image, page

FINDING = Finding(
    "radius", "Mean <radius>", "0.32 σ", "How far.", "0.31 to 0.33", "E[r]", "Someone 2018"
)


class Tags(HTMLParser):
    """All that was opened and closed, and the text between."""

    void = ("meta", "img", "br", "path", "polyline")

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text, self.sources = [], [], "", []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.sources += [value for name, value in attributes if name in ("src", "href")]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def whole(figures=()):
    chapters = [Chapter("radius", "Class radius", (FINDING,))]
    return Tags(page("A & B", "Step 3.", chapters, figures))


def test_every_tag_is_closed_and_every_word_is_there():
    found = whole()
    assert found.open == []
    for said in ("A & B", "Step 3.", "Class radius", "Mean <radius>", "0.32 σ", "0.31 to 0.33",
                 "E[r]", "Someone 2018"):  # fmt: skip
        assert said in found.text


def test_it_needs_no_other_file():
    picture = image(np.zeros((4, 4, 3), np.uint8), "a map")
    found = whole([Figure("", "The map", picture)])
    assert found.sources
    assert all(source.startswith("data:image/png;base64,") for source in found.sources)


def test_figures_stand_in_their_chapter_and_the_others_first():
    curve = chart([("measured", np.array([0.0, 1.0]), np.array([1.0, 0.0]), "#123456")], "σ", "y")
    figures = [Figure("radius", "in the chapter", curve), Figure("", "before all", curve)]
    text = whole(figures).text
    assert text.index("before all") < text.index("Class radius") < text.index("in the chapter")


def test_a_chart_reaches_its_corners():
    curve = chart([("c", np.array([0.0, 2.0]), np.array([0.5, 0.0]), "#000000")], "σ", "share")
    assert 'points="50.0,30.0 630.0,230.0"' in curve
    assert "2 σ" in curve
    assert "0.5" in curve
