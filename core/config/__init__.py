"""Configuration: declared fields of frozen dataclasses, and their way to plain JSON and back."""
