"""Documents: all that one file holds, kept runs, and the scene of a document."""
