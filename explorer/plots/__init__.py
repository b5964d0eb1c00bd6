"""Charts of numbers, on pyqtgraph, dressed in the theme.

chart           what all share: axes, zoom, crosshair, legend, menu, files; `options` of pyqtgraph
curves          losses over steps, several runs in one; survival: the same over a length
probabilities   classes along a path, stacked, aligned with the filmstrip
class_bars      rows of bars: class_radii, class_masses
plane           the square of the data: data_plot, heat, sheet
"""
