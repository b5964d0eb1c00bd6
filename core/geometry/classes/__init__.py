"""Shares of the prior that classes take, and their entropies."""
