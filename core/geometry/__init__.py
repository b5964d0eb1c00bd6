"""Geometry: pure functions of a Scene, one room for each question, low to high.

map          the plane, and fields over it refined coarse to fine
metric       how the decoder stretches the space
lipschitz    how steep a network is, from below and above
classes      shares of the prior and their entropy
adversarial  the smallest step to another class: DeepFool, bisection, boundary attack
radius       the class radius: exact, searched, certified, bounded
holes        detectors, maps and lists of holes
paths        a family in families.py, its search in the file of its name; path_measures.py
layers       heights, ellipses and arrows to lay over the map
"""
