"""What is laid over the map besides classes and holes."""
