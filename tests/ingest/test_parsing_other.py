"""Slides, OpenDocument and RTF are read as well, with the libraries that are installed anyway."""

from __future__ import annotations

from pathlib import Path

import pptx
import pypandoc  # type: ignore[import-untyped]  # the package carries no types
import pytest

from ingest.errors import DocumentError
from ingest.parsing import parse_file


def test_slides_have_their_title_and_number(tmp_path: Path) -> None:
    source = pptx.Presentation()
    for title, text in (("配送", "無料です。"), ("返品", "14日以内。")):
        slide = source.slides.add_slide(source.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    source.save(str(tmp_path / "a.pptx"))
    document = parse_file(tmp_path / "a.pptx")
    assert [(s.heading, s.page, s.units[0].text) for s in document.sections] == [
        ((), 1, "無料です。"),
        (("返品",), 2, "14日以内。"),
    ]


@pytest.mark.parametrize("suffix", ["odt", "rtf", "epub"])
def test_what_pandoc_reads(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    source = "# Rückgabe\n\n## Frist\n\nVierzehn Tage. Dann nicht mehr.\n\n- Etikett\n"
    arguments = ["--standalone", "--metadata=title:Rückgabe"]
    pypandoc.convert_text(source, suffix, format="markdown", outputfile=str(path), extra_args=arguments)
    section, items = parse_file(path).sections[-2:]
    assert [unit.text for unit in section.units] == ["Vierzehn Tage.", "Dann nicht mehr."]
    assert [unit.text for unit in items.units] == ["Etikett"]
    assert items.kind == "list"


def test_another_format_under_the_suffix_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text("plain words", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"a\.rtf") as caught:
        parse_file(tmp_path / "a.rtf")
    assert caught.value.code == "wrong-format"
