"""Rotations of three coordinates, and what each of the scores makes of them."""

import numpy as np

HOUSEHOLDER = np.eye(3) - 2 / 3
HALF_TURN = np.array([[1, -1, 0], [1, 1, 0], [0, 0, 2**0.5]]) / 2**0.5  # 45 degrees, in two

# theory: E16; its .954 of the BetaVAE score of the last is that of pairs which share the value
# itself, not its quantile bin: see test_votes
ROTATIONS = {
    "none": (np.eye(3), {"beta_vae": 1, "factor_vae": 1, "mig": 0.852, "disentanglement": 1}),
    "45 degrees": (
        HALF_TURN,
        {
            "beta_vae": 0.671,
            "factor_vae": 0.655,
            "mig": 0.284,
            "sap": 0.161,
            "disentanglement": 0.570,
        },
    ),
    "Householder": (
        HOUSEHOLDER,
        {"factor_vae": 0.5, "mig": 0.0085, "sap": 0.009, "disentanglement": 0.068},
    ),
}


def untold(fraction, text):
    """Progress of a measure that is called by itself"""
