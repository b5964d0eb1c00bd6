"""Diagnosis: what is wrong with a model, in words, and what helps."""
