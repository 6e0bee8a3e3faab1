"""What of a presentation no audience sees: hidden slides, and shapes beside the slide."""

from __future__ import annotations

import io
import zipfile
from itertools import chain, islice
from typing import Any

from ingest.parsing.cleaning import clean, one_line

_LEAST = {"x": 0, "y": 0, "cx": 1, "cy": 1}


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

    To open a presentation takes five times as long as to look through its parts, and hardly any hides something. No
    part is trusted to be what its name says: a shape without a place has that of its layout's, wherever that stands.
    """
    places: dict[str, set[int]] = {name: set() for name in _LEAST}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
        sizes = [size for part in parts if (size := _look(part, places))]
    except ValueError:  # a measure with a unit
        return True
    return (
        len(sizes) != 1
        or any(min(found, default=1) < _LEAST[name] for name, found in places.items())
        or max(places["x"], default=0) >= sizes[0][0]
        or max(places["y"], default=0) >= sizes[0][1]
    )


def _look(part: bytes, places: dict[str, set[int]]) -> tuple[int, int] | None:
    """Take in the places that a part gives to its shapes; the size of slides, where it gives that.

    :raises ValueError: one of them cannot be read, or it says of a slide whether it is shown.
    """
    from lxml import etree

    size = None
    try:
        root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        return None  # a picture; nor would it be read as a slide
    if root.get("show") is not None:
        raise ValueError("shown or not")
    for element in root.iter("{*}xfrm", "{*}sldSz"):
        if element.tag.endswith("}sldSz"):
            size = int(element.get("cx", "")), int(element.get("cy", ""))
        elif not _is_of_the_slide(element):
            for name, value in chain.from_iterable(each.attrib.items() for each in element):
                if name in places:
                    places[name].add(int(value))
    return size


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
