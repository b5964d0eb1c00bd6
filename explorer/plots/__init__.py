"""Plots: charts of numbers, dressed in the theme."""
