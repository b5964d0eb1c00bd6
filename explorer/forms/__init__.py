"""Forms: editors for frozen dataclasses of settings."""
