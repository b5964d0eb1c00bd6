"""Adversarial networks: games of a generator and a critic."""
