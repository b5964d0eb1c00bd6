"""Analysis of a model at rest: what is measured of it, part by part.

survey          the geometry: radii, image radii, slopes, mismatch, table of holes
quality/        how good it is on images held out: bound, codes, samples
diagnosis/      what is wrong with it, and what could be set otherwise
measure_config  how much is spent on measuring
"""
