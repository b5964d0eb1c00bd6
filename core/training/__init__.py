"""Training: one loop for every model, its configuration, one step, several processes."""
