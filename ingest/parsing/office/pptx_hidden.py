"""What of a presentation no audience sees: hidden slides, and shapes beside the slide."""

from __future__ import annotations

import io
import sys
import zipfile
from itertools import islice
from typing import Any

from ingest.parsing.cleaning import clean, one_line


def without_hidden(data: bytes) -> tuple[bytes, list[str]]:
    """The presentation with its hidden slides emptied and the shapes beside its slides removed; their texts.

    Slides stay in number, so that the others keep theirs.
    """
    if not may_hide(data):
        return data, []
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


def may_hide(data: bytes) -> bool:
    """Whether a slide says of itself whether it is shown, or any place in the file could be beside a slide.

    To open a presentation takes four times as long as to look through its parts, and hardly any hides anything. No
    part is trusted to be what its name says: a shape without a place has that of its layout's, wherever that stands.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        roots = [root for name in archive.namelist() if (root := _root(archive.read(name))) is not None]
    if any(root.get("show") is not None for root in roots):
        return True
    places = [each for root in roots for each in root.iter("{*}xfrm") if not _is_of_the_slide(each)]
    said = [item for place in places for part in place for item in part.attrib.items()]
    try:
        (size,) = (each for root in roots for each in root.iter("{*}sldSz"))
        width, height = int(size.get("cx", "")), int(size.get("cy", ""))
        inside = {"x": range(width), "y": range(height), "cx": range(1, sys.maxsize), "cy": range(1, sys.maxsize)}
        return any(int(value) not in inside[name] for name, value in said if name in inside)
    except ValueError:  # a measure with a unit; slides of no size, or of two
        return True


def _root(part: bytes) -> Any:
    """None of what is no XML, as a picture: nor would it be read as a slide."""
    from lxml import etree

    try:
        return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return None


def _is_of_the_slide(place: Any) -> bool:
    """Whether it is that of the slide itself: a group of everything on it, without an extent."""
    above = [each.tag.rpartition("}")[2] for each in islice(place.iterancestors(), 2)]
    return above == ["grpSpPr", "spTree"]


def _is_beside(shape: Any, width: int, height: int) -> bool:
    """Whether the shape has a place of its own, and none of it is on the slide."""
    # Each is asked for once: a placeholder looks for them in its slide's layout and master.
    left, top = shape.left, shape.top
    if left is None or top is None or (wide := shape.width) is None or (high := shape.height) is None:
        return False
    return bool(left + wide <= 0 or top + high <= 0 or left >= width or top >= height)
