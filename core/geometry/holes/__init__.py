"""Holes: where the prior draws and the encoder hardly ever sends an image."""
