"""Map: the canvas of the latent plane, its layers, its binding to a session, its tools."""
