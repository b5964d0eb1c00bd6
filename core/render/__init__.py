"""Rendering: arrays to colours and pictures, without a window.

colours       the colours of classes and heights, and of the two backgrounds
map_painting  a class map as layers of colour
picture       layers, hatching, film strips and contact sheets as pixels
points        points of the plane as pictures
"""
