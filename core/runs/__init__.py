"""Runs: from a plan to a document - fit, judge, encode, follow."""
