"""The chapters of the quality report."""
