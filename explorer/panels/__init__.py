"""Panels: what explains the map; each watches a session and reports to it."""
