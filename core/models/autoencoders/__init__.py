"""Autoencoders: codes without a likelihood, and principal components."""
