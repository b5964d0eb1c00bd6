"""The help: what the map shows, how to use it, and the keys."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from lacuna.core.geometry.holes.wording import DRAWN_THERE, HOLE

from .commands import Command, title_with_keys

TEXT = f"""
<h3>A map of what a model has learned</h3>
<p>A generative model turns a point of its <b>latent space</b> into an image. This map shows the
space: each colour is a class, as a classifier (the <b>judge</b>) names what the model draws there;
it pales where the judge is unsure. The hatched parts are <b>holes</b>. {HOLE} {DRAWN_THERE}
Lengths are in σ, the standard deviation of the prior.</p>
<h3>Touch it</h3>
<ul>
<li><b>Drag the cursor</b>, or double-click where it should go; the arrow keys nudge it by 0.05 σ,
with Shift by 0.5 σ. The image at the right is what the model draws there.</li>
<li><b>Drag A or B</b>: the straight path between them, and an adversarial one from A to the class
at B, follow. Move along it with the slider, or press Space.</li>
<li><b>Click a point of the cloud</b> for its original beside its reconstruction.</li>
<li><b>Wheel</b> zooms about the mouse; <b>drag the empty map</b> to move it; right-click for more.
</li>
<li><b>Train</b> at the left trains a model of the kind you choose; the map follows as it learns.
The row of ticks below the map goes back to any step of it.</li>
<li><b>Geometry</b> says how far the classes reach and where the holes are; <b>Measures</b> how well
the model does, and what to change where it does not.</li>
<li><b>Open a model beside</b> (in the list of commands) shows two models at the same place.</li>
</ul>
<h3>Commands</h3>
"""


class HelpDialog(QDialog):
    """One page of text and the list of shortcuts."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("What is this?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(560, 600)
        text = QTextBrowser()
        rows = "".join(f"<li>{escape(title_with_keys(c))}</li>" for c in commands if c.shortcut)
        text.document().setIndentWidth(20)
        text.setHtml(f"{TEXT}<ul>{rows}</ul>")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(buttons)
