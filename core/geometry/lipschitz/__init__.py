"""Lipschitz constants of networks, from below and from above."""
