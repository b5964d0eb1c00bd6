"""Reads an HTML page, and fails where a tag is not closed."""

from html.parser import HTMLParser


class Tags(HTMLParser):
    """All that was opened and closed, and the text between."""

    void = ("meta", "img", "br", "path", "polyline")

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text = [], [], ""
        self.sources, self.alternatives = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.append(tag)
        self.sources += [value for name, value in attributes if name in ("src", "href")]
        self.alternatives += [value for name, value in attributes if name == "alt"]
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
