"""The class radius: exact in a plane, searched above, with certificates and bounds."""
