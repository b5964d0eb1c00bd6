"""Detectors of holes, one interface for all: a score of points and where a hole begins."""
