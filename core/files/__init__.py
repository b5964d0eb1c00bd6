"""Files: where they lie, and how they are replaced whole."""
