"""Disentanglement: the table of theory: E15, closed forms, and what a rotation costs."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from lacuna.core.engine.errors import Problem
from lacuna.core.engine.jobs import Progress
from lacuna.core.measures.disentanglement.factor_vae import factor_vae
from lacuna.core.measures.disentanglement.modularity import modularity
from lacuna.core.measures.disentanglement.mutual_information import histogram, mutual_information
from lacuna.core.measures.disentanglement.scores import (
    MEASURES,
    Disentanglement,
    disentanglement,
    information_scores,
)
from lacuna.core.measures.disentanglement.table import DisentanglementConfig, levels_of, tabled
from tests.core.measures.disentanglement.rotations import HALF_TURN, HOUSEHOLDER, untold

SMALL = DisentanglementConfig(fitted=400, boosted=100, votes=300, levels=5)
HALVES = replace(SMALL, levels=2)  # trees of two levels take a fifth of the time
NAMES = {
    "beta_vae",
    "factor_vae",
    "mig",
    "modularity",
    "explicitness",
    "sap",
    "sap_continuous",
    "disentanglement",
    "completeness",
    "informativeness",
}


def reported(codes, factors, config):
    return [report for report in disentanglement(codes, factors, config) if report is not None]


def scores(codes, factors, config):
    return reported(codes, factors, config)[-1].scores


def uniform_factors(rows=6000, seed=0):
    """Three independent factors of five levels, as in the table"""
    return np.random.default_rng(seed).integers(0, 5, (rows, 3)).astype(float)


def representations(factors):
    exact = (factors - 2) / 2**0.5  # of variance 1 in the law of the factors, not in the sample
    noise = np.random.default_rng(1).standard_normal((len(factors), 3))
    return {
        "identity": exact,
        "dead": np.column_stack([exact, 0.01 * noise[:, :2]]),
        "duplicated": np.column_stack([exact, exact[:, 0]]),
        "45 degrees": exact @ HALF_TURN.T,
        "Householder": exact @ HOUSEHOLDER.T,
        "noisy": exact + 0.3 * noise,
        "noise": noise,
    }


# theory: E15. None: the figure of one draw, tested by its law further down
TABLE = """
identity     1     1     .998  1.000  None  .999  1     1     1
dead         1     1     .993  None   None  .999  1     1     1
duplicated   1     1     .666  1.000  None  .666  1     .833  1
45 degrees   .667  .673  .334  .668   .201  .334  .580  .580  1
Householder  .932  .529  .086  .503   .011  .019  .010  .010  1
noisy        1     1     .705  1.000  .410  .916  .847  .847  .791
noise        .337  .329  .001  None   .011  .000  .001  .003  .205
"""
COLUMNS = (
    "beta_vae",
    "factor_vae",
    "mig",
    "modularity",
    "sap",
    "sap_continuous",
    "disentanglement",
    "completeness",
    "informativeness",
)
BOOSTED = {"45 degrees": 2000, "Householder": 3000, "noisy": 3000}  # where few rows bias the trees


@cache
def tabulated(name):
    config = DisentanglementConfig(fitted=4000, boosted=BOOSTED.get(name, 600), votes=6000)
    factors = uniform_factors()
    return scores(representations(factors)[name], factors, config)


@pytest.mark.parametrize("line", TABLE.strip().splitlines(), ids=lambda line: line[:11].strip())
def test_the_reference_table(line):
    name, figures = line[:11].strip(), line[11:].split()
    result = tabulated(name)
    for column, figure in zip(COLUMNS, figures, strict=True):
        if figure != "None":
            assert result[column] == pytest.approx(float(figure), abs=0.03), column


def test_the_lessons_of_the_table():
    whole, rotated = tabulated("identity"), tabulated("Householder")
    assert rotated["beta_vae"] > 0.9  # it cannot see a rotation of all
    assert tabulated("dead")["modularity"] < 0.8 < whole["modularity"]
    assert tabulated("duplicated")["completeness"] < whole["completeness"]
    assert rotated["explicitness"] > 0.99  # all is there, linearly
    assert tabulated("noise")["explicitness"] == pytest.approx(0.5, abs=0.03)


def test_sap_of_levels_is_up_to_what_becomes_of_the_middle():
    """A line tells both ends and their neighbours; the middle may go to one of them or be told.

    So each factor has accuracy 3/5 or 4/5, where chance has 1/5, and the lead is 2/5 to 3/5.
    The table's .72 counts the test rows' deviations on top of one draw of these.
    """
    for name in ("identity", "dead"):
        assert 0.35 < tabulated(name)["sap"] < 0.83
    assert 0.2 < tabulated("duplicated")["sap"] < 0.56  # two of three factors lead


def test_modularity_of_noise_is_that_of_chi_squares():
    """2 N I is chi-squared of (bins - 1)(levels - 1) where a code is independent of a factor."""
    random = np.random.default_rng(2)
    shared = mutual_information(histogram(random.random((6000, 80)), 20), levels(uniform_factors()))
    told = modularity(random.chisquare(19 * 4, (100_000, 3)))
    assert modularity(shared) == pytest.approx(told, abs=0.06)  # 3 standard errors of 80 codes
    dead = tabulated("dead")["modularity"]
    assert dead == pytest.approx((3 + 2 * told) / 5, abs=0.15)


def levels(factors):
    return np.stack([levels_of(column, None) for column in factors.T], 1)


def test_neither_the_order_of_codes_nor_of_factors_matters():
    factors = uniform_factors(1200)
    codes = representations(factors)["noisy"] @ HALF_TURN.T
    plain = scores(codes, factors, HALVES)
    for other in (
        scores(codes[:, [2, 0, 1]], factors, HALVES),
        scores(codes, factors[:, [1, 2, 0]], HALVES),
    ):
        for name in ("mig", "modularity", "sap", "sap_continuous"):
            assert other[name] == pytest.approx(plain[name], abs=1e-12), name
        assert other["explicitness"] == pytest.approx(plain["explicitness"], abs=1e-3)
        for name in ("disentanglement", "completeness", "informativeness"):
            assert other[name] == pytest.approx(plain[name], abs=0.02), name
        for name in ("beta_vae", "factor_vae"):  # other batches: 3 errors of 150 votes, twice
            assert other[name] == pytest.approx(plain[name], abs=0.17), name


def test_the_scores_do_not_depend_on_the_unit_of_the_levels():
    factors = uniform_factors(600)
    codes = representations(factors)["noisy"]
    plain, changed = (
        information_scores(tabled(codes, values, SMALL), untold)
        for values in (factors, 10 - 3 * factors)
    )
    assert changed == pytest.approx(plain, abs=1e-12)


def test_rows_that_share_a_factor_do_and_are_drawn_alike():
    factors = uniform_factors(300)
    table = tabled(factors, factors, SMALL)
    rows = np.arange(300)
    samples = table.sharing(1, rows, 400, np.random.default_rng(0))
    assert (factors[samples, 1] == factors[:, 1][:, None]).all()
    size = (factors[:, 1] == factors[0, 1]).sum()
    times = np.bincount(samples[factors[:, 1] == factors[0, 1]].ravel(), minlength=300)
    assert (times > 0).sum() == size
    assert times.max() < 400 + 6 * 20  # 6 deviations of a count that is 400 on average


def test_tested_rows_are_others_and_the_sizes_are_told():
    factors = uniform_factors(900)
    table = tabled(factors, factors, SMALL)
    for split in (table.linear, table.boosted):
        assert not set(split.train) & set(split.test)
    last = reported(factors, factors, HALVES)[-1]
    assert (last.rows, last.linear, last.boosted, last.votes) == (900, (400, 200), (100, 50), 300)
    every = tabled(factors, factors, DisentanglementConfig())
    assert [len(rows) for rows in every.linear] == [600, 300]


def test_quantile_bins_are_equally_full_and_few_values_are_kept():
    values = np.random.default_rng(0).standard_normal(1000)
    assert (np.bincount(levels_of(values, 5)) == 200).all()
    assert levels_of(np.array([3.0, -1.0, 3.0, 8.0]), None).tolist() == [1, 0, 1, 2]
    clamped = levels_of(values.clip(0, 1), 5)  # half of them are 0
    assert set(clamped) == set(range(clamped.max() + 1))


def test_reports_grow_and_progress_rises():
    factors = uniform_factors(300)
    reports = reported(factors, factors, HALVES)
    parts = [report.scores for report in reports if isinstance(report, Disentanglement)]
    assert len(parts) == len(MEASURES)
    assert all(part.items() <= more.items() for part, more in pairwise(parts))
    assert set(parts[-1]) == NAMES
    assert all(0 <= score <= 1 for score in parts[-1].values())
    fractions = [report.fraction for report in reports if isinstance(report, Progress)]
    assert fractions == sorted(fractions)
    assert parts[-1] == scores(factors, factors, HALVES)  # the same seed


def test_collapsed_codes_have_no_vote():
    factors = uniform_factors(300)
    table = tabled(0.001 * factors, factors, SMALL)
    assert factor_vae(table, untold) == {"factor_vae": 0}
    mixed = tabled(np.column_stack([0.001 * factors[:, :2], factors]), factors, SMALL)
    assert factor_vae(mixed, untold) == {"factor_vae": 1}


def test_a_level_that_is_rarely_seen_is_no_error():
    factors = uniform_factors(300)
    factors[0, 0] = 7
    assert set(scores(factors, factors, SMALL)) == NAMES


@pytest.mark.parametrize(
    ("codes", "factors", "said"),
    [
        (np.zeros((300, 1)), uniform_factors(300), "at least two"),
        (np.zeros((300, 2)), uniform_factors(300)[:, :1], "at least two"),
        (np.zeros((100, 2)), uniform_factors(100), "100 images are too few"),
        (np.full((300, 2), np.nan), uniform_factors(300), "not finite"),
        (np.zeros((300, 2)), uniform_factors(300) * [1, 0, 1], "Factor 2 never changes"),
    ],
)
def test_what_cannot_be_measured_is_a_problem(codes, factors, said):
    with pytest.raises(Problem, match=said):
        next(disentanglement(codes, factors))
