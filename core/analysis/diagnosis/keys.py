"""Keys of the diagnoses that others follow from."""

from __future__ import annotations

CRITIC, COLLAPSE = "sure critic", "mode collapse"
JUDGE, DRAWINGS = "judge", "drawings"
POSTERIOR, REGULARISED = "posterior collapse", "over-regularised"
CODES = (POSTERIOR, REGULARISED)  # of codes that cannot say enough: nothing drawn is as it should
