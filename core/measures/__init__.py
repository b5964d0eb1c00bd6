"""Measures of data, samples, codes and likelihood, each a pure function or generator."""
