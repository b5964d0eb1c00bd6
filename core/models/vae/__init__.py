"""Variational autoencoders: an evidence lower bound, with priors and conditions of all kinds."""
