"""The families of paths on a bundled model: how soon the first answer is there, and the last."""

import time

from lacuna.core.documents.archive import load
from lacuna.core.documents.scenes import scene_of
from lacuna.core.geometry.map.class_map import class_map
from lacuna.core.geometry.map.plane import whole_plane
from lacuna.core.geometry.paths.context import PathContext, latent_graph
from lacuna.core.geometry.paths.families import FAMILIES
from lacuna.core.geometry.paths.geodesic import geodesic, squared_chords
from lacuna.core.geometry.paths.slerp import slerp

WINDOW = (-3.5, 3.5, -3.5, 3.5)
PAIRS = ((3, 4022), (10, 500), (1, 4))  # of codes, as ends


def least_energy(path):
    """geodesic of 64 segments"""
    document = load(path)
    scene, seconds = scene_of(document, "bench"), []
    for pair in PAIRS:
        ends = document.codes.mean[list(pair)]
        began = time.perf_counter()
        for _ in geodesic(squared_chords(scene.decode), [ends, slerp(*ends, 64)]):
            pass
        seconds.append(time.perf_counter() - began)
    return f"geodesic of 64 segments, {path.stem}", f"{max(seconds):.2f} s at worst", "<= 1 s"


def first_answers(path):
    """first answer of each family"""
    document = load(path)
    scene, seconds = scene_of(document, "bench"), {}
    known = _last(class_map(scene, whole_plane(), WINDOW))
    graph = _last(latent_graph(scene, PathContext(label_map=known)))
    context = PathContext(4, document.codes, label_map=known, graph=graph)
    for name, row in FAMILIES.items():
        for pair in PAIRS:
            job = row.job(scene, *document.codes.mean[list(pair)], context)
            began = time.perf_counter()
            next(report for report in job if report is not None)
            seconds[name] = max(seconds.get(name, 0), time.perf_counter() - began)
    slowest = max(seconds, key=seconds.get)
    text = f"{1e3 * seconds[slowest]:.0f} ms at worst ({slowest})"
    return f"first answer of each family, {path.stem}", text, "<= 100 ms"


def _last(job):
    return [report for report in job if report is not None][-1]
