"""Paths in latent space: a family in families.py, its search in the file of its name."""
