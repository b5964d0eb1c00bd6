"""Comparisons: two models, experiments, a table of many families."""
