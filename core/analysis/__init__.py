"""Analysis: the survey of the geometry, the quality, and the diagnosis of a model at rest."""
