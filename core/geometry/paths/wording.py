"""Wording of a class in the notes of paths."""

from __future__ import annotations

from ...scene.scene import Scene


def class_phrase(scene: Scene, target: int) -> str:
    """As in a sentence: "a 5", "an 8", "a sandal"."""
    name = scene.classes[target] if target < len(scene.classes) else str(target)
    vowel = name[:1].lower() in "aeio" or name.split(" ")[0] in ("8", "11", "18")
    return f"an {name}" if vowel else f"a {name}"
