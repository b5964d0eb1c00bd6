"""Models: one file a family, and what a model may offer in protocols.py.

A new family is a file in autoencoders/, vae/ or gan/ and a line in registry.py.
"""
