"""Runs of a Word document that no reader sees: marked hidden, white on white, or too small to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.parsing.cleaning import clean, one_line

if TYPE_CHECKING:
    from docx.document import Document

_SMALLEST = 4  # half points
_NEAR_WHITE = 0xF0  # of red, green and blue
_OFF = ("0", "false", "off", "none")
_BARE_STYLES = frozenset({"", "TableNormal", "TableGrid"})  # table styles that shade nothing
_SHADED = ("./w:rPr", "./ancestor::w:p[1]/w:pPr", "./ancestor::w:tc/w:tcPr", "./ancestor::w:tbl/w:tblPr")


def remove_hidden_runs(document: Document) -> list[str]:
    """Take the runs out; their texts."""
    from docx.oxml.ns import qn

    styles = {node.get(qn("w:styleId")): node for node in document.styles.element.findall(qn("w:style"))}
    texts: list[str] = []
    for run in document.element.body.xpath(".//w:r[not(ancestor::w:txbxContent)]"):
        if not _is_hidden(run, styles):
            continue
        if text := one_line(clean("".join(run.xpath("./w:t/text()")))):
            texts.append(text)
        run.getparent().remove(run)
    return texts


def _is_hidden(run: Any, styles: dict[str, Any]) -> bool:
    layers = _layers(run, styles)
    if (vanish := _first(layers, "w:vanish", default="on")) is not None and vanish.lower() not in _OFF:
        return True
    size = _first(layers, "w:sz")
    if size is not None and size.isdigit() and int(size) < _SMALLEST:
        return True
    colour = _first(layers, "w:color")
    return colour is not None and _is_white(colour) and not _is_shaded(run, layers)


def _layers(run: Any, styles: dict[str, Any]) -> list[Any]:
    """The run's own properties, then those of its character and its paragraph style and what they are based on."""
    layers = run.xpath("./w:rPr")
    for name in (*run.xpath("./w:rPr/w:rStyle/@w:val"), *run.xpath("./ancestor::w:p[1]/w:pPr/w:pStyle/@w:val")):
        seen: set[str] = set()
        while name in styles and name not in seen:
            seen.add(name)
            layers += styles[name].xpath("./w:rPr")
            name = next(iter(styles[name].xpath("./w:basedOn/@w:val")), "")
    return list(layers)


def _first(layers: list[Any], tag: str, default: str | None = None) -> str | None:
    """The value of a property in the first layer that has it; ``default`` where it is set without one."""
    from docx.oxml.ns import qn

    for layer in layers:
        node = layer.find(qn(tag))
        if node is not None:
            value: str | None = node.get(qn("w:val"), default)
            return value
    return None


def _is_white(colour: str) -> bool:
    try:
        value = int(colour, 16)
    except ValueError:  # "auto"
        return False
    return len(colour) == 6 and all((value >> shift) & 0xFF >= _NEAR_WHITE for shift in (0, 8, 16))


def _is_shaded(run: Any, layers: list[Any]) -> bool:
    """Whether something dark is or may be behind the run: shading, a highlight, a table's style, a page's colour."""
    if _first(layers, "w:highlight", default="none") not in (None, "none", "white"):
        return True
    fills = run.xpath(" | ".join(f"{place}/w:shd/@w:fill" for place in _SHADED))
    if run.xpath(" | ".join(f"{place}/w:shd/@w:themeFill" for place in _SHADED)) or any(
        fill != "auto" and not _is_white(fill) for fill in fills
    ):
        return True
    if run.xpath("/w:document/w:background") or any(layer.xpath("./w:shd") for layer in layers):
        return True
    table_styles = run.xpath("./ancestor::w:tbl/w:tblPr/w:tblStyle/@w:val")
    return any(style not in _BARE_STYLES for style in table_styles)
