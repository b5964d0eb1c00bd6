"""Data: loaders of images by name. A new one is a file here and a line in registry.py."""
