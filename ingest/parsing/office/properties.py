"""The document properties in an Office or OpenDocument container, its custom ones too."""

from __future__ import annotations

import io
import zipfile
import zlib

_PARTS = ("docProps/custom.xml", "docProps/core.xml", "meta.xml")  # those that somebody made up on purpose come first
_MAX_BYTES = 1_000_000  # of one part, unpacked
_NOT_READ = ("created", "modified", "date", "creation-date")


def office_properties(data: bytes) -> list[tuple[str, str]]:
    """Names and values, as written; of a container without properties none.

    A damaged part is left out: the words of the document do not depend on it.
    """
    from lxml import etree

    found: list[tuple[str, str]] = []
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        sizes = {info.filename: info.file_size for info in container.infolist()}
        for part in _PARTS:
            if not 0 < sizes.get(part, 0) <= _MAX_BYTES:
                continue
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            try:
                root = etree.fromstring(container.read(part), parser)
            except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError):
                continue
            for node in root.iter():
                if isinstance(node.tag, str) and (value := (node.text or "").strip()):
                    name = _name(node)
                    # OpenDocument's creator is whoever saved it last; its author is the initial creator.
                    read = name not in _NOT_READ and (part, name) != ("meta.xml", "creator")
                    found += [(name, value)] if read else []
    return found


def _name(node) -> str:  # type: ignore[no-untyped-def]  # lxml has no types here
    """The property's name: of its own element, of the one around its value, or in its attribute."""
    parent = node.getparent()
    if parent is not None and parent.get("name"):  # <property name="…"><vt:lpwstr>value
        return str(parent.get("name"))
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] == "name":  # <meta:user-defined meta:name="…">value
            return str(value)
    return str(node.tag).rpartition("}")[2]
