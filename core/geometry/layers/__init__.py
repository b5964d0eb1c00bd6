"""Layers over the map besides classes and holes: height maps and glyphs."""
