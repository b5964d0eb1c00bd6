"""What a session measures of a model is what the command line measures."""

from dataclasses import replace

import pytest

from lacuna.core.data.registry import load
from lacuna.core.figures.finding import to_json
from lacuna.core.models.vae.conditional_vae import CVAEConfig
from lacuna.core.reports.quality.chapters import quality_chapters
from lacuna.core.reports.summary import measures_report
from tests.core.session.small_session import opened, untrained
from tests.core.small_models import STROKES
from tests.jobs import last, returned
from tests.waiting import settle


def values(chapters):
    """The numbers of a report by chapter and key"""
    return {
        (title, key): finding.get("value")
        for title, findings in chapters.items()
        for key, finding in findings.items()
    }


@pytest.mark.parametrize("shown", [0, 7])
def test_the_class_on_screen_is_no_property_of_a_conditional_model(engine, shown):
    session = opened(engine)
    session.files.install(replace(untrained(CVAEConfig(body="dense", hidden=16)), settings={}))
    session.set(condition=shown, measuring=True)
    settle(session)
    assert session.results.scene.condition == shown
    known, document = session.results.quality, session.results.document
    dataset = last(load(STROKES))
    expected = returned(measures_report(replace(document, measures={}), dataset))
    chapters = {
        chapter.title: {one.key: to_json(one) for one in chapter.findings}
        for chapter in quality_chapters(known, document.classes)
    }
    there, here = values(expected["measures"]), values(chapters)
    assert here.keys() == there.keys()
    assert here == {key: value and pytest.approx(value) for key, value in there.items()}
    assert known.classes.counts.sum() == len(dataset.test.images)
    assert [one.key for one in session.results.diagnoses] == [
        one["key"] for one in expected["diagnoses"]
    ]
