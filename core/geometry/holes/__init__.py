"""Holes: where the prior draws from and nothing real is drawn."""
