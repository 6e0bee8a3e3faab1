"""Pictures as text recognition wants them: grey, neither too small nor too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_SCALE = 4.0
_SMALL_PICTURE = 900  # pixels of the longer side
_MOST_PIXELS = 25_000_000  # after scaling
_LEAST_UNEVENNESS = 30.0  # drawn pages in 7 scripts: 81 and more; noise, also enlarged: under 5


def grey(image: Image) -> Image:
    """On white where it is transparent, in shades of grey."""
    import PIL.Image

    if image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = PIL.Image.alpha_composite(PIL.Image.new("RGBA", layer.size, "white"), layer)
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = _in_eight_bits(image)
    return image if image.mode == "L" else image.convert("L")


def _in_eight_bits(image: Image) -> Image:
    """From the darkest shade there is to the lightest; scanners use 16 bits in part."""
    import numpy as np
    import PIL.Image

    shades = np.asarray(image, dtype=np.float32)
    low, high = float(shades.min()), float(shades.max())
    return PIL.Image.fromarray(((shades - low) * (255 / max(high - low, 1e-6))).astype(np.uint8))


def has_lines(image: Image) -> bool:
    """Whether dark and bare rows or columns take turns, as lines of any writing make them and noise does not."""
    import numpy as np

    shades = np.asarray(image)
    dark = shades < (int(shades.min()) + int(shades.max())) / 2
    share = float(dark.mean())
    if share in (0.0, 1.0):
        return False
    by_chance = share * (1 - share)
    return any(float(dark.mean(axis).var()) * dark.shape[axis] / by_chance > _LEAST_UNEVENNESS for axis in (0, 1))


def enlarged(image: Image) -> tuple[Image, float]:
    """Small pictures larger and huge ones smaller, with the scale."""
    longer = max(image.size)
    return scaled(image, min(LARGEST_SCALE, _SMALL_PICTURE / longer) if longer < _SMALL_PICTURE else 1.0)


def scaled(image: Image, scale: float) -> tuple[Image, float]:
    """The picture in another size, and the scale, which is less where it would become too large."""
    from PIL.Image import Resampling

    pixels = image.width * image.height
    scale = min(scale, (_MOST_PIXELS / pixels) ** 0.5)
    if 0.99 < scale < 1.01:
        return image, 1.0
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Resampling.LANCZOS), scale
