"""The figures by which two models are compared, as a person reads them."""

from __future__ import annotations

from dataclasses import replace

from ..figures.estimate import Estimate, percent
from ..figures.finding import Quantity, between, decimals, number, share
from ..figures.units import SHRINK, STRETCH
from ..geometry.holes.wording import HOLE
from ..reports.words import EVIDENCE, ISOPERIMETRY, PULLBACK, RADIUS, RENYI, SURGERY

FIGURES = {  # by the fields of ModelFigures; shares are in [0, 1], and read in percent
    quantity.key: quantity
    for quantity in (
        Quantity(
            key="recon",
            label="reconstruction error",
            unit="nats",
            meaning="How many nats an image that was held out costs once its code is known.",
            formula="E_q[-log p(x|z)], summed over pixels",
            source=EVIDENCE,
            theory="D3",
        ),
        Quantity(
            key="encoder_slope",
            label="encoder slope",
            unit=SHRINK,
            meaning="How far the code moves at most when an image that was held out changes a "
            "little; the mean over images. This is what the encoder slope penalty lowers.",
            formula="the greatest singular value of the Jacobian of the posterior's mean",
            theory="D12",
        ),
        Quantity(
            key="decoder_slope",
            label="decoder slope",
            unit=STRETCH,
            meaning="How much the drawn image changes at most when its code moves a little; the "
            "mean over the prior. Where encoder and decoder undo each other the greatest slopes "
            "of both multiply to at least 1: the lower the encoder's, the higher this one has to "
            "be.",
            formula="the greatest singular value of the Jacobian of the decoder",
            source=PULLBACK,
            theory="E14",
        ),
        Quantity(
            key="radius",
            label="mean class radius",
            unit="σ",
            meaning="How far, on average, a draw of the prior is from the nearest point that the "
            "model draws as another class. The penalties are meant to lower it.",
            formula=f"E[r], {RADIUS}",
            theory="A2",
        ),
        Quantity(
            key="bound",
            label="bound on the radius",
            unit="σ",
            meaning="No way of cutting the prior into classes of these masses has a greater mean "
            "radius.",
            formula="Σ F(p), F(p) = a p + φ(a), a = Φ⁻¹(p)",
            source=ISOPERIMETRY,
            theory="A3",
        ),
        Quantity(
            key="entropy",
            label="collision entropy",
            unit="nats",
            meaning="How surprising it is that two draws of the prior show the same class: more "
            "is more diverse.",
            formula="H₂ = -log Σ p², from pairs: Σ n(n-1) / N(N-1)",
            source=RENYI,
            theory="A4",
        ),
        Quantity(
            key="hole",
            label="prior mass in holes",
            unit="%",
            meaning=f"How much of what the prior draws lies in holes. {HOLE}",
            formula="share of the prior where log p(z) - log q(z) > log 20",
            source=SURGERY,
            theory="H1",
        ),
    )
}


def figure_of(key: str, exact: bool) -> Quantity:
    """The figure of that key; a radius that is not exact is an upper bound."""
    figure = FIGURES[key]
    at_most = key == "radius" and not exact
    return replace(figure, label=f"{figure.label}, at most") if at_most else figure


def row_title(figure: Quantity) -> str:
    """As it heads a row, with its unit where the numbers do not carry it."""
    label = f"{figure.label[:1].upper()}{figure.label[1:]}"
    return label if figure.unit == "%" else f"{label}, {figure.unit}"


def texts(figure: Quantity, *estimates: Estimate | None) -> list[tuple[str, str]]:
    """Each number and its interval, all as precise as the surest of them; empty for None."""
    known = [estimate for estimate in estimates if estimate is not None]
    digits = max((decimals(estimate) for estimate in known), default=0)
    return [("", "") if one is None else _texts(figure, one, digits) for one in estimates]


def _texts(figure: Quantity, estimate: Estimate, digits: int) -> tuple[str, str]:
    if figure.unit == "%":
        return share(estimate.value), between(percent(estimate), 1)
    return number(estimate.value, digits), between(estimate, digits)
