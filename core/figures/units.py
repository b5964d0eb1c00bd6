"""Units that map, pages, reports and files share, each quantity with one."""

LATENT = "σ"  # standard deviations of the prior
IMAGE = "pixels"  # root of summed squares: one pixel from black to white counts 1
STRETCH = f"{IMAGE} per {LATENT}"
SHRINK = f"{LATENT} per pixel"
IMAGE_MEANING = (
    "pixels: the root of the summed squares of the pixels' differences, so that one pixel from "
    "black to white counts 1"
)
