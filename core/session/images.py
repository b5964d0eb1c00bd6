"""Images: those of the shown model, where they lie, and how they are had."""

from __future__ import annotations

from dataclasses import replace

from ..data.dataset import Dataset
from ..data.folders import remember_folder
from ..data.registry import is_local, load
from ..documents.compatibility import incompatibility
from ..engine.jobs import Priority
from .fields import result_field
from .notices import Notices
from .scheduler import Scheduler
from .store import Store

JOB = "dataset"


class Images:
    """Gets the images of the shown model."""

    def __init__(self, store: Store, jobs: Scheduler, notices: Notices) -> None:
        self._store, self._jobs, self._notices = store, jobs, notices

    def fetch(self) -> None:
        """Get the images, over the network where they are not here."""
        if self._store.results.source is not None:
            self._jobs.submit(JOB, load(self._store.results.source), Priority.BACKGROUND)

    def locate(self, folder: str) -> None:
        """Say where the images lie on this machine."""
        if self._store.results.source is None:
            return
        source = replace(self._store.results.source, folder=folder)
        if is_local(source):
            remember_folder(source)
            self._store.update(source=source)
        else:  # it says what is missing there
            self._jobs.submit(JOB, load(source), Priority.BACKGROUND)

    def share(self, images: Dataset) -> None:
        """Take images that another session has read, where these are what is wanted here."""
        results = self._store.results
        if results.dataset is None and results.source in (None, images.config):
            self._jobs.cancel(JOB)
            self._store.update(source=images.config, dataset=images)
            self._jobs.fire({result_field(JOB)})

    def report(self, value: object) -> None:
        """Take a report of the job; images that do not fit the model are a failure."""
        if isinstance(value, Dataset):
            problem = incompatibility(self._store.results.document, value)
            if problem is not None:
                self._notices.fail(problem)
                return
        self._jobs.report(JOB, value)
