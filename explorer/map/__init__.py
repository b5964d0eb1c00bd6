"""The map of the latent plane: most of the window."""

from explorer.map.view import MapView as MapView
