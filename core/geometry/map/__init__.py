"""The plane of the map, and fields over it refined coarse to fine."""
