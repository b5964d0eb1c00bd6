"""Geometry: pure functions of a Scene, one room for each question, low to high.

evaluation   a function of latent points, in chunks, checked
map          class_map.py, the refinement that decodes it coarse to fine, the plane, the pixels
metric       pullback.py: how the decoder stretches the space
lipschitz    Lipschitz constants of networks, from below and above
classes      masses of the prior by class, their entropies, the diversity of two generators
adversarial  minimal perturbations: deepfool.py, bisection.py, hasofer_lind.py, boundary_attack.py
radius       the class radius: exact, searched, certified by intervals, bounded by isoperimetry
holes        hole_list.py, hole_map.py, persistence.py; detectors/ has a file for each score
paths        families.py names each family and its file: straight, adversarial, geodesic_path ...
layers       height maps and glyphs to lay over the map
"""
