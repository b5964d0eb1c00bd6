"""The chapters of the geometry report."""
