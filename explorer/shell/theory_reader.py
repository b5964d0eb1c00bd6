"""The theory in a window of its own: a chapter, scrolled to the passage that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QShowEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextTable,
)
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.files import theory

from ..look import theme
from ..widgets.combo_box import ComboBox

PASSAGE = 2  # level of the headings that begin with a key
INDENT, PADDING = 12, 4


class TheoryReader(QDialog):
    """Stays beside the window; keys in the text lead to their passages."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Theory")
        self.resize(720, 680)
        self.chapter, self.text = ComboBox(), QTextBrowser()
        for title, path in theory.chapters().items():
            self.chapter.addItem(title, path)
        self.chapter.setAccessibleName("Chapter")
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(PADDING)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(self.chapter)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.chapter.currentIndexChanged.connect(self._draw)
        self.text.anchorClicked.connect(self._follow)
        self._place = 0, 0.0  # number of the block at the top, and pixels of it that are above
        self.text.verticalScrollBar().valueChanged.connect(self._note_place)
        theme.notice.changed.connect(self._recolour)

    def open_passage(self, key: str = "") -> None:
        """Show the passage of that key; without one, the chapter that was read last."""
        self.show()
        self.activateWindow()
        if key:
            self._open_chapter(theory.passages()[key].chapter)
            self._scroll_to(key)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.text.document().isEmpty():
            self._draw()

    def _open_chapter(self, path: Path) -> None:
        self.chapter.setCurrentIndex(list(theory.chapters().values()).index(path))

    def _follow(self, url: QUrl) -> None:
        """A link of the text: "#key" or the file of a chapter"""
        if key := url.fragment():
            self.open_passage(key)
        else:
            self._open_chapter(theory.FOLDER / url.fileName())

    def _draw(self) -> None:
        """The chapter that is chosen, in the colours of now"""
        path: Path = self.chapter.currentData()
        document = self.text.document()
        document.setDefaultFont(theme.ui_font())
        self.text.setMarkdown(theory.linked(path))
        for block in _blocks(document):
            _dress(block)
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _dress_table(frame)

    def _recolour(self) -> None:
        """The same, with the same block at the top: all may be of another height by now"""
        if not self.text.document().isEmpty():
            number, below = self._place
            self._draw()
            self._scroll(self.text.document().findBlockByNumber(number), below)

    def _note_place(self, value: int) -> None:
        """Of a scroll, for a new font moves the text under the same value"""
        block = self.text.cursorForPosition(self.text.viewport().rect().topLeft()).block()
        self._place = block.blockNumber(), max(0.0, value - self._top(block))

    def _scroll_to(self, key: str) -> None:
        for block in _blocks(self.text.document()):
            if block.blockFormat().headingLevel() == PASSAGE and block.text().startswith(f"{key}."):
                self._scroll(block)
                return

    def _scroll(self, block: QTextBlock, below: float = 0.0) -> None:
        """So many pixels below the top of a block"""
        frame = self.text.document().rootFrame().frameFormat()
        frame.setBottomMargin(self.text.viewport().height())  # so that the last can be at the top
        self.text.document().rootFrame().setFrameFormat(frame)
        self.text.verticalScrollBar().setValue(ceil(self._top(block) + below))

    def _top(self, block: QTextBlock) -> float:
        return self.text.document().documentLayout().blockBoundingRect(block).top()


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _dress(block: QTextBlock) -> None:
    """Room between paragraphs and above a heading, and formulas set apart"""
    now, old, form = theme.current(), block.blockFormat(), QTextBlockFormat()
    cursor = QTextCursor(block)
    if old.headingLevel():
        form.setTopMargin(now.px(18 if old.headingLevel() == PASSAGE else 4))
        form.setBottomMargin(now.px(6))
    elif old.hasProperty(QTextFormat.Property.BlockCodeFence):
        form.setLeftMargin(now.px(INDENT))
        form.setBackground(now.colour("raised"))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        letters = QTextCharFormat()
        letters.setFont(theme.mono_font())
        cursor.mergeCharFormat(letters)
    elif cursor.currentTable() is None:
        form.setTopMargin(now.px(PADDING))
        form.setBottomMargin(now.px(PADDING))
    cursor.mergeBlockFormat(form)


def _dress_table(table: QTextTable) -> None:
    now, form = theme.current(), table.format()
    form.setBorder(0)
    form.setCellPadding(now.px(PADDING))
    form.setCellSpacing(0)
    form.setBorderCollapse(True)
    table.setFormat(form)
