"""Scene: a model at rest as callables, its prior, its codes, and the scenes of a training."""
