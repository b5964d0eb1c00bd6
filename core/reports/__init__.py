"""Reports: what was measured, in words, tables, pictures and files.

geometry_report  the HTML report of the geometry: measured, with its figures, written
html             pages, pictures and charts, filled into the templates of resources/templates
geometry/        its chapters: diversity, radius, bounds, image, holes; the card of a hole
quality/         the chapters of the measures: bound, latent use, samples, classes, checks
summary          what `lacuna report` prints
map_image        the map as a picture; path_report: paths drawn and measured on the command line
path_exports     film strips, films, tables and JSON of paths
words            sources and phrases that the chapters share
"""
