"""What of a presentation no audience sees: hidden slides, and shapes beside the slide."""

from __future__ import annotations

import io
from typing import Any

from ingest.parsing.cleaning import clean, one_line


def without_hidden(data: bytes) -> tuple[bytes, list[str]]:
    """The presentation with its hidden slides emptied and the shapes beside its slides removed; their texts.

    Slides stay in number, so that the others keep theirs.
    """
    from pptx import Presentation

    presentation = Presentation(io.BytesIO(data))
    width, height = int(presentation.slide_width or 0), int(presentation.slide_height or 0)
    texts: list[str] = []
    for slide in presentation.slides:
        hidden = slide._element.get("show") in ("0", "false")
        for shape in list(slide.shapes):
            if hidden or (width and _is_beside(shape, width, height)):
                if text := one_line(clean(" ".join(shape._element.xpath(".//a:t/text()")))):
                    texts.append(text)
                shape._element.getparent().remove(shape._element)
    if not texts:
        return data, []
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue(), texts


def _is_beside(shape: Any, width: int, height: int) -> bool:
    """Whether the shape has a place of its own, and none of it is on the slide."""
    # Each is asked for once: a placeholder looks for them in its slide's layout and master.
    left, top = shape.left, shape.top
    if left is None or top is None or (wide := shape.width) is None or (high := shape.height) is None:
        return False
    return bool(left + wide <= 0 or top + high <= 0 or left >= width or top >= height)
