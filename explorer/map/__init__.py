"""Map: the canvas of the latent plane, what lies over it, and what the mouse does there.

view                    MapView: puts the parts together and hands them its events
binding                 each field of the session, to the layer or overlay that shows it
tools, hover, menu      mouse and keys, to the session and to the other views
navigation, flight      which window of the plane is visible
canvas, layers          what is painted and in which order; each layer has a file of its name
overlays                the widgets over the corners: badge, condition, legends, readout
name_placement          where the names of the classes go, clear of obstacles
coordinates, viewport   from latent space to the plane, and on to pixels
"""
