"""How a change spreads: which answers are given anew, which are finished, which are forgotten."""

from dataclasses import replace

import pytest
import torch

from lacuna.core.models.vae.vae import VAE
from lacuna.core.session.fields import RESULTS
from lacuna.core.session.recipes import RECIPES
from tests.core.session.small_session import ENDLESS, SHORT, SIDE, calm, untrained
from tests.core.small_models import DENSE, GRAIN
from tests.waiting import settle


def test_a_held_step_holds_the_picture(session, often):
    session.set(train=ENDLESS)
    session.training.start()
    settle(session, lambda: len(session.results.timeline) > 3)
    held = session.results.timeline[1].step
    session.set(step=held)
    settle(session, lambda: session.results.training.step > held + 5)
    session.training.stop()
    settle(session)
    calm(session)
    for name in ("scene", "map", "sample", "codes", "samples"):
        assert getattr(session.results, name).step == held, name
    session.set(step=None)
    settle(session)
    for name in ("scene", "map", "sample", "codes", "samples"):
        assert getattr(session.results, name).step == session.results.document.step > held, name


def test_maps_are_finished_though_scenes_keep_coming(session, often):
    finest = []
    session.watch(
        RESULTS.map, lambda m: m and len(m.label) == GRAIN.finest and finest.append(m.step)
    )
    session.set(train=replace(SHORT, epochs=20))
    session.training.start()
    settle(session)
    assert finest[-1] == 80
    assert finest[0] < 80
    assert finest == sorted(finest)


def test_only_the_newest_window_is_finished(session):
    session.files.install(untrained())
    settle(session)
    finest = []
    session.watch(
        RESULTS.map, lambda m: m and len(m.label) == GRAIN.finest and finest.append(m.window)
    )
    for width in range(1, 50):
        session.set(window=(-width, width, -width, width))
    settle(session)
    assert finest[-1] == (-49, 49, -49, 49)
    assert len(finest) < 40


def test_an_error_becomes_a_result_and_the_others_go_on(session):
    class Broken(VAE):
        def decode(self, z, labels=None):
            raise RuntimeError("no such layer")

    broken = Broken(DENSE, SIDE).eval().requires_grad_(False)
    session.files.install(replace(untrained(), model=broken))
    settle(session)
    failure = session.results.failure
    assert failure.sentence == "RuntimeError: no such layer"
    assert "in decode" in failure.details
    assert len(session.results.cloud.points) == 50
    session.notices.dismiss()
    assert session.results.failure is None


def test_nothing_of_the_last_model_is_drawn_for_the_next(session):
    """However much of it was under way."""
    late, names = [], [name for name in RECIPES if name != "dataset"]
    session.files.install(untrained(step=1))
    settle(session, lambda: session.results.map is not None)
    session.files.install(untrained(step=2))
    for name in names:
        session.watch(getattr(RESULTS, name), lambda v: v is not None and late.append(v))
    settle(session)
    calm(session)
    assert len(late) > len(names) / 2
    assert all(value.step == 2 for value in late if hasattr(value, "step"))


@pytest.mark.parametrize("latent", [1, 3, 16])
def test_spaces_of_other_sizes(session, latent):
    session.set(model=replace(DENSE, latent=latent))
    session.training.start()
    settle(session)
    calm(session)
    r = session.results
    assert len(session.settings.cursor) == r.plane.latent == r.scene.latent == latent
    assert r.plane.is_slice == (latent > 2)
    assert r.map.step == r.holes.step == r.measured.step == 12
    place = tuple(0.1 * i for i in range(latent))
    session.history.look_at(place)
    settle(session)
    calm(session)
    z = torch.tensor([place])
    on = session.results.plane.to_latent(session.results.plane.to_plane(z))
    torch.testing.assert_close(on, z, atol=1e-5, rtol=0)  # the plane goes through it
    assert session.results.sample.z == place
    plane, shown = session.results.plane, session.results.map
    inside = tuple(plane.to_latent(torch.tensor([[0.5, -0.25 if latent > 1 else 0.0]]))[0].tolist())
    session.set(moving=True, cursor=inside)
    session.set(cursor=inside, start=place, end=inside)
    settle(session)
    calm(session)
    assert session.results.plane is plane
    assert session.results.map is shown
    assert session.results.straight.z.shape[1] == latent


def test_another_size_of_space_forgets_the_places_of_the_last(session):
    session.files.install(untrained())
    session.set(cursor=(1.0, 1.0), start=(0.0, 1.0), end=(1.0, 0.0), picked=(0.0, 0.0), target=3)
    session.set(model=replace(DENSE, latent=3))
    session.training.start()
    settle(session)
    calm(session)
    s = session.settings
    assert (s.cursor, s.start, s.end, s.picked) == ((0.0, 0.0, 0.0), None, None, None)
    session.training.start()
    session.history.look_at((1.0, 1.0, 1.0))
    settle(session)
    assert session.settings.cursor == (1.0, 1.0, 1.0)  # the same space: it stays
