"""The choice of the data set, and of the files it is read from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lacuna.core.data.dataset import DataConfig, Side
from lacuna.core.data.folders import remember_folder, with_known_folder
from lacuna.core.data.registry import is_local
from lacuna.core.data.titles import TITLES, data_title
from lacuna.core.data.toy import TOYS
from lacuna.core.figures.finding import grouped
from lacuna.core.session.fields import SETTINGS
from lacuna.core.session.session import Session

from ..widgets.combo_box import ComboBox
from ..widgets.file_choice import file_to_open, folder_to_use
from .drawing_dialog import DrawingDialog

CANVAS = "canvas"  # not a data set: it makes a file of one
MADE, CHOOSES = " (made here)", "…"
ENDINGS = {"strokes": MADE, "shapes": MADE, "drawn": CHOOSES, "folder": CHOOSES, "npz": CHOOSES}

MADE_HERE = {
    "strokes": "{} images drawn by this program, no network needed.",
    "shapes": "{} squares, ellipses and triangles drawn by this program, no network needed.",
    "digits": "1\N{NO-BREAK SPACE}797 images that come with scikit-learn.",
    **dict.fromkeys(TOYS, "{} points of the plane, made here: each image shows one."),
}

FILES = {"npz": "Arrays (*.npz)", "drawn": "Columns x and y (*.npz *.csv)"}  # as the dialog asks


class DataChooser(QWidget):
    """A list of data sets, where the chosen one lies, and the size of its images."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.drawing: DrawingDialog | None = None  # kept, with what was drawn
        self.names, self.where, self.choose = ComboBox(), QLabel(), QPushButton("Choose…")
        for name, title in TITLES.items():
            self.names.addItem(f"{title}{ENDINGS.get(name, '')}", name)
        self.names.insertItem(self.names.findData("drawn") + 1, "Points you draw…", CANVAS)
        self.where.setProperty("role", "caption")
        self.where.setWordWrap(True)
        self.side, self.colour = ComboBox(), QCheckBox("in colour")
        for side in get_args(Side):
            self.side.addItem(f"{side} x {side} pixels", side)
        place = QHBoxLayout()
        place.addWidget(self.where, 1)
        place.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.names)
        column.addLayout(place)
        form = QHBoxLayout()
        form.addWidget(self.side)
        form.addWidget(self.colour)
        column.addLayout(form)
        self.side.activated.connect(self._did_choose_side)
        self.colour.clicked.connect(self._did_choose_colour)
        self.names.activated.connect(lambda row: self._did_data(self.names.itemData(row)))
        self.choose.clicked.connect(lambda: self._did_choose())
        session.watch(SETTINGS.data, self._draw_data)

    def _draw_data(self, data: DataConfig) -> None:
        self.names.setCurrentIndex(self.names.findData(data.name))
        self.choose.setVisible(data.name not in MADE_HERE)
        self.side.setVisible(data.name in ("folder", "npz"))
        self.colour.setVisible(data.name == "folder")
        self.side.setCurrentIndex(self.side.findData(data.side))
        self.colour.setChecked(data.colour)
        self.where.setText(_place(data))
        self.where.setToolTip(with_known_folder(data).folder)

    def _did_data(self, name: str) -> None:
        if name == CANVAS:
            self._draw_data(self._session.settings.data)
            self.show_drawing()
            return
        self._session.set(data=replace(self._session.settings.data, name=name, folder=""))
        if name in ("folder", *FILES):
            self._did_choose()

    def _did_choose_side(self, row: int) -> None:
        side = self.side.itemData(row)
        self._session.set(data=replace(self._session.settings.data, side=side))

    def _did_choose_colour(self, colour: bool) -> None:
        self._session.set(data=replace(self._session.settings.data, colour=colour))

    def _did_choose(self) -> None:
        """Ask where the files of the data lie."""
        data = self._session.settings.data
        if data.name in FILES:
            place = file_to_open(self, "Choose a file", FILES[data.name])
        else:
            place = folder_to_use(self, "Choose the folder of the images")
        if place is not None:
            self._use(replace(data, folder=str(place)))

    def _use(self, data: DataConfig) -> None:
        remember_folder(data)
        self._session.set(data=data)

    def show_drawing(self) -> None:
        """A sheet to spray points on, as it was left."""
        if self.drawing is None:
            self.drawing = DrawingDialog(self)
            self.drawing.saved.connect(self._did_draw)
        self.drawing.show()
        self.drawing.activateWindow()

    def _did_draw(self, path: Path) -> None:
        self._use(replace(self._session.settings.data, name="drawn", folder=str(path)))


def _place(data: DataConfig) -> str:
    """Where the images come from, as a sentence."""
    if data.name in MADE_HERE:
        return MADE_HERE[data.name].format(grouped(data.count))
    known = with_known_folder(data)
    if is_local(known):
        return f"In {Path(known.folder).name}." if known.folder else "On this machine."
    if data.name.endswith("mnist"):
        return "Downloaded at the start, or choose the folder it lies in."
    return "Choose where the images lie."


def ask_for_images(parent: QWidget, session: Session) -> None:
    """Ask where the images of the shown model are to come from."""
    source = session.results.source
    if source is None:
        return
    box = QMessageBox(parent)
    title = data_title(source.name)
    box.setText(f"The images of {title} are needed to show originals beside what is drawn.")
    box.setInformativeText(
        "Choose the folder they lie in, or download them where that is possible."
    )
    folder = box.addButton("Choose a folder…", QMessageBox.ButtonRole.AcceptRole)
    download = None
    if source.name.endswith("mnist"):
        download = box.addButton("Download", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    if box.clickedButton() is folder:
        if place := folder_to_use(parent, "The folder of the images"):
            session.images.locate(str(place))
    elif download is not None and box.clickedButton() is download:
        session.images.fetch()
