"""A row with one finding: label, value, interval; meaning and formula on a click."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from lacuna.core.figures.finding import INSIGNIFICANT, NEEDS_IMAGES, NONE, Finding

from ..look import theme
from .canvas import focus_ring, tinted
from .tip import tip

CALM = (NONE, NEEDS_IMAGES, INSIGNIFICANT, "no hole")  # values that nobody has to look at


class FindingRow(QFrame):
    """Opens and closes its explanation when it is pressed."""

    toggled = Signal(bool)
    theory_requested = Signal(str)  # the key of a passage

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.value, self.interval, self.more = QLabel(), QLabel(), QLabel(), QLabel()
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._dress()
        self._lay_out()
        self.more.hide()
        self.show_finding(finding)
        theme.notice.changed.connect(self._recolour)

    def show_finding(self, finding: Finding) -> None:
        """The same row with newer numbers: what is open stays open."""
        self.label.setText(finding.label)
        self.value.setText(finding.value)
        theme.set_role(self.value, "secondary" if finding.value in CALM else "number")
        self.interval.setText(finding.interval)
        self.interval.setVisible(bool(finding.interval))
        self._finding = finding
        self._recolour()
        self.setToolTip(
            tip(
                finding.meaning,
                interval=finding.interval,
                formula=finding.formula,
                source=finding.source,
            )
        )
        self.setAccessibleName(f"{finding.label}: {finding.value}")

    def is_open(self) -> bool:
        return not self.more.isHidden()

    def toggle(self) -> None:
        self.more.setVisible(self.more.isHidden())
        self.toggled.emit(self.is_open())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tinted("raised"))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if self.hasFocus():
            focus_ring(painter, QRectF(self.rect()))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # so that the release is heard

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.toggle()
        else:
            super().keyPressEvent(event)

    def _recolour(self, _: object = None) -> None:
        self.more.setText(_explanation(self._finding, theme.current().accent))

    def _dress(self) -> None:
        self.label.setProperty("role", "secondary")
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for caption in (self.interval, self.more):
            caption.setProperty("role", "caption")
        for wrapped in (self.label, self.more):
            wrapped.setWordWrap(True)
        self.more.setTextFormat(Qt.TextFormat.RichText)
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse
        self.more.setTextInteractionFlags(links | Qt.TextInteractionFlag.LinksAccessibleByKeyboard)
        self.more.linkActivated.connect(self.theory_requested)
        self.more.setContentsMargins(0, 2, 0, 6)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        self.value.setAlignment(right)
        self.interval.setAlignment(right)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(4, 3, 4, 3)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        grid.addWidget(self.label, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.value, 0, 1)
        grid.addWidget(self.interval, 1, 1)
        grid.addWidget(self.more, 2, 0, 1, 2)


def _explanation(finding: Finding, accent: str) -> str:
    """As rich text; accent: the colour of the link"""
    parts = [escape(part) for part in (finding.meaning, finding.remark) if part]
    name = "Formula"
    if finding.theory:
        name = f'<a href="{finding.theory}" style="color: {accent}">{name}</a>'
    if finding.formula:
        parts.append(f"{name}: {escape(finding.formula)}")
    elif finding.theory:
        parts.append(name)
    if finding.source:
        parts.append(f"Source: {escape(finding.source)}")
    return "<br>".join(parts)
