"""The titles of what a session shows."""

from __future__ import annotations

from lacuna.core.data.titles import data_title, model_title
from lacuna.core.figures.finding import grouped
from lacuna.core.models.registry import family_of
from lacuna.core.session.session import Session


def title_of(session: Session) -> str:
    """ "MNIST / VAE, 2-D / step 4 690", in plain words."""
    document, scene = session.results.document, session.results.scene
    if document is None or scene is None:
        return "no model yet"
    data = data_title(document.data.name)
    held = ", held" if session.settings.step is not None else ""
    model = f"{family_of(document.config).title}, {document.config.latent}-D"
    return f"{data}  /  {model}  /  step {grouped(scene.step)}{held}"


def name_of(session: Session) -> str:
    """The file's name, or what it is of where it has none."""
    return model_title(session.files.path, session.results.source)
