"""Figures: numbers with their interval and unit, and findings made of them."""
