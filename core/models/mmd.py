"""Maximum mean discrepancy of two samples (MMD), with the kernel of WAE and InfoVAE.

Gretton et al. 2012; Tolstikhin et al. 2018, arXiv:1711.01558. (theory: D11.)
"""

from __future__ import annotations

import torch
from torch import Tensor

SCALES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # of the kernels (Tolstikhin et al. 2018)


def discrepancy(x: Tensor, y: Tensor, deviation: float = 1.0) -> Tensor:
    """Squared maximum mean discrepancy of two samples, unbiased: (N, L), (M, L) -> ()

    Negative about half of the time where their laws are one; at least 2 points each. The kernel
    is a sum of inverse multiquadrics C / (C + d²), C = 2 L deviation² times seven scales.
    Tolstikhin et al. 2018, arXiv:1711.01558; Gretton et al. 2012.
    """
    width = 2 * x.shape[1] * deviation**2
    return unbiased(*(multiquadric(squares, width) for squares in _squares(x, y)))


def unbiased(xx: Tensor, yy: Tensor, xy: Tensor) -> Tensor:
    """The U-statistic of the kernel between the points: (N, N), (M, M), (N, M) -> ()"""
    return _beside(xx) + _beside(yy) - 2 * xy.mean()


def multiquadric(squares: Tensor, width: float) -> Tensor:
    """sum over the scales s of C / (C + d²), C = s width; squares d² of any shape"""
    return torch.stack([s * width / (s * width + squares) for s in SCALES]).sum(0)


def _squares(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of the distances within x, within y and between them"""

    def between(a: Tensor, b: Tensor) -> Tensor:
        return a.square().sum(1)[:, None] + b.square().sum(1) - 2 * a @ b.mT

    return between(x, x), between(y, y), between(x, y)


def _beside(gram: Tensor) -> Tensor:
    """The mean off the diagonal; 0 of one point alone, which has no pair"""
    return (gram.sum() - gram.diagonal().sum()) / max(1, len(gram) * (len(gram) - 1))
