"""Where torch runs. What needs a GPU is tested with a stand-in for its memory."""

import os

import pytest
import torch
from threadpoolctl import threadpool_info

from lacuna.core.engine import device
from lacuna.core.engine.errors import Problem


def test_the_cpu_is_always_there():
    assert device.choose("cpu").type == "cpu"
    assert device.choose("auto").type in ("cuda", "mps", "cpu")


@pytest.mark.parametrize(
    ("name", "there"),
    [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())],
)
def test_a_device_that_is_not_there_is_a_problem(name, there):
    if there:
        assert device.choose(name).type == name
    else:
        with pytest.raises(Problem, match=f"no {name} device"):
            device.choose(name)


@pytest.fixture
def threads():
    """Those of the tests come back."""
    before = torch.get_num_threads()
    yield
    device.limit_threads(before)


def of_numpy():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_who_says_how_many_threads_has_so_many(threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert device.settle_threads() == torch.get_num_threads() == 2
    assert device.settle_threads(1) == torch.get_num_threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "2,1")
    assert device.settle_threads() == 2
    for nonsense in ("", "many", "0", "-3"):
        monkeypatch.setenv("OMP_NUM_THREADS", nonsense)
        assert device.settle_threads() == max(1, (os.cpu_count() or 2) - 1)
    for few in (0, -2):
        with pytest.raises(Problem, match="one or more"):
            device.settle_threads(few)


def test_the_number_of_threads_is_taken_from_the_words_of_the_window():
    assert device.taken_threads(["a.lacuna"]) == (["a.lacuna"], None)
    words = ["a.lacuna", "--threads", "3", "--follow"]
    assert device.taken_threads(words) == (["a.lacuna", "--follow"], 3)
    for wrong in (["--threads"], ["--threads", "many"]):
        with pytest.raises(Problem, match="how many"):
            device.taken_threads(wrong)


def test_a_window_keeps_a_core(threads, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    assert device.settle_threads() == max(1, (os.cpu_count() or 2) - 1)
    there = torch.get_num_threads()
    text = device.described(torch.device("cpu"))
    assert text == f"CPU, {there} thread" + ("s" if there > 1 else "")


@pytest.mark.parametrize("count", [1, 2])
def test_numpy_takes_as_many_threads_as_torch(threads, count):
    device.limit_threads(count)
    assert torch.get_num_threads() == count
    assert max(of_numpy()) <= count  # a build of numpy may have fewer


def test_visiting_at_home_is_the_function_itself():
    assert device.visiting(torch.sin, torch.device("cpu")) is torch.sin


@pytest.mark.parametrize("n", [1, 4, 5, 33])
def test_halves_are_tried_where_memory_is_short(n):
    """A device that holds four rows; it has no values, so the rows are numbered by what came."""
    received = []

    def narrow(x):
        assert x.device.type == "meta"
        if len(x) > 4:
            raise torch.OutOfMemoryError
        received.append(len(x))
        return torch.full((len(x), 2), len(received))

    answer = device.visiting(narrow, torch.device("meta"))(torch.zeros(n, 3))
    assert answer.shape == (n, 2)
    assert sum(received) == n
    assert answer[:, 0].tolist() == [
        call for call, rows in enumerate(received, 1) for _ in range(rows)
    ]


def test_memory_for_not_even_one_is_an_error():
    def full(x):
        raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        device.visiting(full, torch.device("meta"))(torch.zeros(5, 1))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_visit_brings_answers_home():
    answer = device.visiting(torch.sin, torch.device("cuda"))(torch.ones(3))
    assert answer.device.type == "cpu"
    torch.testing.assert_close(answer, torch.ones(3).sin())
