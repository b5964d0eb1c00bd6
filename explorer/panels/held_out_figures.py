"""The figures on held-out images, below the losses."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lacuna.core.documents.document import Document
from lacuna.core.figures.finding import number, share
from lacuna.core.measures.held_out import HeldOut
from lacuna.core.models.latent_model import ModelConfig
from lacuna.core.models.protocols import EvidenceBound
from lacuna.core.models.registry import family_of

from ..widgets import tooltips
from ..widgets.figure_table import Figure, FigureTable

ROWS = (
    Figure("elbo", "\N{MINUS SIGN}ELBO, held out", tooltips.ELBO),
    Figure("accuracy", "Judge right on data", tooltips.ACCURACY),
    Figure("decoded", "… on reconstructions", tooltips.ACCURACY_DECODED),
)


class HeldOutFigures(FigureTable):
    """Negative ELBO, and the accuracy of the judge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ROWS, parent)

    def draw(
        self, document: Document | None, measured: HeldOut | None, requested: ModelConfig
    ) -> None:
        """Shows what was measured of the document, or is stored in it.

        Where there is no document, the rows that one of the model `asked` for would have.
        """
        stored = document.measures if document else {}
        elbo = measured.negative_elbo if measured else stored.get("negative_elbo")
        error = measured.error if measured else stored.get("error")
        accuracy = measured.accuracy if measured else stored.get("accuracy")
        decoded = measured.accuracy_decoded if measured else stored.get("accuracy_decoded")
        half = number(1.96 * (error or 0), 1)
        self.set_value("elbo", None if elbo is None else f"{number(elbo, 1)} ± {half} nats")
        self.set_value("accuracy", None if accuracy is None else share(accuracy))
        self.set_value("decoded", None if decoded is None else share(decoded))
        family = family_of(document.config if document else requested)
        self.show_row("elbo", issubclass(family.model, EvidenceBound))
        for key in ("accuracy", "decoded"):
            self.show_row(key, document is None or document.judge is not None)
