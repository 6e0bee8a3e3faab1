"""What a file says of itself in its properties counts, in whatever language and date format it says it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ingest.documents import Content, ParsedDocument, SourceItem
from ingest.errors import DocumentError
from ingest.parsing import parse
from ingest.parsing.dates import UnclearDateError, read_date
from ingest.parsing.office.properties import office_properties
from ingest.parsing.properties import field_named, read_properties
from ingest.sources import described

CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{}</Properties>'
)
PROPERTY = (
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{}"><vt:{kind}>{}</vt:{kind}></property>'
)


def with_custom(data: bytes, properties: Mapping[str, str], kind: str = "lpwstr") -> bytes:
    """An Office file with custom properties, as Word, Excel and PowerPoint store them."""
    body = "".join(PROPERTY.format(name, value, kind=kind) for name, value in properties.items())
    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a") as container:
        container.writestr("docProps/custom.xml", CUSTOM.format(body))
    return buffer.getvalue()


def word(author: str = "", **custom: str) -> bytes:
    import docx

    document = docx.Document()
    document.add_paragraph("Returns are free for thirty days.")
    if author:
        document.core_properties.author = author
    buffer = io.BytesIO()
    document.save(buffer)
    return with_custom(buffer.getvalue(), custom) if custom else buffer.getvalue()


def pdf(information: Mapping[str, str], packet: Mapping[str, str] | None = None) -> bytes:
    import pikepdf

    document = pikepdf.new()
    page = document.add_blank_page(page_size=(300, 300))
    page.Contents = document.make_stream(b"BT /F1 12 Tf 20 200 Td (Returns are free for thirty days.) Tj ET")
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    for name, value in information.items():
        document.docinfo[f"/{name}"] = value
    if packet:
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for name, value in packet.items():
                metadata[name] = [value] if name == "dc:creator" else value
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def item_of(name: str, data: bytes) -> SourceItem:
    return described(SourceItem(f"file:///{name}", name, "hash"), parse(Content(name, data)))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01T10:00:00Z", date(2026, 3, 1)),
        ("2026/3/1", date(2026, 3, 1)),
        ("2026. 3. 1.", date(2026, 3, 1)),
        ("D:20260301093000+01'00'", date(2026, 3, 1)),
        ("1.3.2026", date(2026, 3, 1)),
        ("03.04.2026", date(2026, 4, 3)),
        ("13/04/2026", date(2026, 4, 13)),
        ("04/13/2026", date(2026, 4, 13)),
        ("04/04/2026", date(2026, 4, 4)),
        ("2026年3月1日", date(2026, 3, 1)),
        ("２０２６年３月１日", date(2026, 3, 1)),
        ("令和8年3月1日", date(2026, 3, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("1 March 2026", date(2026, 3, 1)),
        ("March 1st, 2026", date(2026, 3, 1)),
        ("1. März 2026", date(2026, 3, 1)),
        ("1er mars 2026", date(2026, 3, 1)),
        ("1 de marzo de 2026", date(2026, 3, 1)),
        ("1º de março de 2026", date(2026, 3, 1)),
        ("1 marzo 2026", date(2026, 3, 1)),
        ("1 marca 2026", date(2026, 3, 1)),
        ("1 maart 2026", date(2026, 3, 1)),
        ("1 Mart 2026", date(2026, 3, 1)),
        ("١ مارس ٢٠٢٦", date(2026, 3, 1)),
        ("1 मार्च 2026", date(2026, 3, 1)),
        ("1 มีนาคม 2569", date(2026, 3, 1)),
    ],
)
def test_a_date_that_can_mean_one_day_is_read(written: str, day: date) -> None:
    assert read_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "03/04/2026",
        "03-04-2026",
        "٠٣/٠٤/٢٠٢٦",
        "3.4.26",
        "2026",
        "soon",
        "2026-13-01",
        "30.2.2026",
        "",
        "Q3 2026",
        "2026-03-01 – 2026-04-01",
    ],
)
def test_a_date_that_can_mean_two_days_or_none_is_refused(written: str) -> None:
    with pytest.raises(UnclearDateError):
        read_date(written)


@pytest.mark.parametrize(
    "name",
    ["effective_from", "Effective Date", "EffectiveDate", "effective-date", "Gültig ab:", "GÜLTIG AB", "Vigente desde",
     "En vigueur à partir du", "Em vigor desde", "In vigore dal", "Obowiązuje od", "Geldig vanaf", "Yürürlük tarihi",
     "تاريخ السريان", "प्रभावी तिथि", "有効開始日", "生效日期", "วันที่มีผลบังคับใช้"],
)  # fmt: skip
def test_the_beginning_is_known_by_its_name_in_many_languages(name: str) -> None:
    assert field_named(name) == "effective_from"
    assert read_properties([(name, "1.3.2026")], "x") == ({"effective_from": "2026-03-01"}, [])


def test_a_word_file_says_who_wrote_it_for_whom_and_from_when() -> None:
    data = word("Anna Weber", **{"Gültig ab": "1.3.2026", "Gültig bis": "2027-01-01", "Zielgruppe": "Agent", "x": "y"})
    item = item_of("a.docx", data)
    assert (item.author, item.audience) == ("Anna Weber", "agent")
    assert (item.effective_from, item.effective_to) == (date(2026, 3, 1), date(2027, 1, 1))


def test_a_date_that_word_stores_as_a_date_is_read() -> None:
    data = with_custom(word(), {"Effective date": "2026-03-01T10:00:00Z"}, kind="filetime")
    assert item_of("a.docx", data).effective_from == date(2026, 3, 1)


def test_a_program_is_no_author() -> None:
    assert item_of("a.docx", word()).author == ""


def test_an_unclear_date_in_a_property_is_reported_and_not_used() -> None:
    document = parse(Content("a.docx", word(**{"Effective date": "03/04/2026"})))
    (finding,) = document.findings
    assert (finding.code, "effective_from" in document.metadata) == ("unclear-date", False)
    assert "“Effective date” is “03/04/2026”" in finding.message and "write 2026-03-01" in finding.message


def test_a_workbook_and_slides_say_it_in_their_properties_too() -> None:
    from openpyxl import Workbook
    from openpyxl.packaging.custom import StringProperty
    from pptx import Presentation

    workbook, buffer = Workbook(), io.BytesIO()
    workbook.active.append(["Country", "Fee"])
    workbook.active.append(["Japan", "500"])
    workbook.properties.creator = "佐藤"
    workbook.custom_doc_props.append(StringProperty(name="有効開始日", value="2026年3月1日"))
    workbook.save(buffer)
    item = item_of("a.xlsx", buffer.getvalue())
    assert (item.author, item.effective_from) == ("佐藤", date(2026, 3, 1))

    slides, buffer = Presentation(), io.BytesIO()
    slides.slides.add_slide(slides.slide_layouts[0]).shapes.title.text = "Returns"
    slides.slides[0].placeholders[1].text = "Thirty days for everything."
    slides.core_properties.author = "Ana"
    slides.save(buffer)
    item = item_of("a.pptx", with_custom(buffer.getvalue(), {"Em vigor desde": "1 de março de 2026"}))
    assert (item.author, item.effective_from) == ("Ana", date(2026, 3, 1))


def test_an_opendocument_file_names_its_first_author_and_its_own_fields() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        container.writestr(
            "meta.xml",
            '<m xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            "<meta:initial-creator>Zoé</meta:initial-creator><dc:creator>Editor</dc:creator>"
            '<meta:user-defined meta:name="Date d\'effet">1er mars 2026</meta:user-defined></m>',
        )
    said, unclear = read_properties(office_properties(buffer.getvalue()), "a.odt")
    assert (said, unclear) == ({"author": "Zoé", "effective_from": "2026-03-01"}, [])


def test_a_pdf_says_it_in_its_information_and_in_its_xmp() -> None:
    item = item_of("a.pdf", pdf({"Author": "Zoë Żak", "Obowiązuje od": "1 marca 2026", "Creator": "LaTeX"}))
    assert (item.author, item.effective_from) == ("Zoë Żak", date(2026, 3, 1))
    packet = {"dc:creator": "Ines", "pdfx:Effective_x0020_date": "2026-03-01", "xmp:CreatorTool": "Word"}
    item = item_of("a.pdf", pdf({}, packet))
    assert (item.author, item.effective_from) == ("Ines", date(2026, 3, 1))


def test_an_html_page_says_it_in_its_meta_tags() -> None:
    page = (
        '<html lang="de-CH"><head><meta name="author" content="Ines"><meta name="Effective-Date" content="1.3.2026">'
        '<meta name="audience" content="General"><meta name="id" content="returns"><meta name="viewport" content="x">'
        "</head><body><p>Dreissig Tage.</p></body></html>"
    )
    item = item_of("a.html", page.encode())
    assert (item.author, item.effective_from, item.audience) == ("Ines", date(2026, 3, 1), "all")
    assert (item.document_id, item.language) == ("returns", "de")


@pytest.mark.parametrize("value", ["2026-03-01/2027-01-31", "start=2026-03-01; end=2027-01-31; scheme=W3C-DTF"])
def test_a_period_in_dublin_core_is_two_dates(value: str) -> None:
    said, _ = read_properties([("dcterms.valid", value)], "x")
    assert said == {"effective_from": "2026-03-01", "effective_to": "2027-01-31"}
    assert read_properties([("DC.date.valid", "1.3.2026")], "x")[0] == {"effective_from": "2026-03-01"}


def test_front_matter_may_be_written_in_any_of_the_languages() -> None:
    text = "---\nGültig ab: 1. März 2026\nZielgruppe: agent\nAutor: Anna\nSprache: de\n---\n\n# Rückgabe\n\n30 Tage.\n"
    item = item_of("a.md", text.encode())
    assert (item.effective_from, item.audience, item.author, item.language) == (
        date(2026, 3, 1),
        "agent",
        "Anna",
        "de",
    )


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("audience:", "audience in the front matter is empty"),
        ("Zielgruppe: {a: b}", "Zielgruppe in the front matter is empty"),
        ("audience: [agent, manager]", "audience is 'agent, manager'"),
        ("audience: agent\nZielgruppe: manager", "audience is “agent” and “manager”"),
        ("effective_from: 03/04/2026", "effective_from is '03/04/2026'; write it as 2026-03-01"),
    ],
)
def test_front_matter_that_leaves_open_who_reads_it_or_from_when_is_refused(front: str, message: str) -> None:
    with pytest.raises(DocumentError, match=r"x\.md") as refused:
        described(
            SourceItem("file:///x.md", "x.md", "h"),
            parse(Content("x.md", f"---\n{front}\n---\n\nThirty days.\n".encode())),
        )
    assert refused.value.code == "wrong-format" and message in str(refused.value)


def test_a_message_is_by_whom_it_is_from_and_an_address_is_no_name() -> None:
    def author(sender: str) -> str:
        mail = f"From: {sender}\nTo: team@example.com\nSubject: Returns\n\nThirty days."
        return item_of("a.eml", mail.encode()).author

    assert author("Anna Weber <anna@example.com>") == "Anna Weber"
    assert author("=?utf-8?B?5L2Q6Jek?= <sato@example.com>") == "佐藤"
    assert author("anna@example.com") == ""


def test_two_dates_for_one_thing_are_reported_and_the_deliberate_one_is_used() -> None:
    said, unclear = read_properties([("Effective date", "2026-03-01"), ("Gültig ab", "2026-05-01")], "x")
    assert (said, [finding.code for finding in unclear]) == ({"effective_from": "2026-03-01"}, ["unclear-date"])
    with pytest.raises(DocumentError, match="the audience is “agent” and “all”"):
        read_properties([("audience", "agent"), ("Zielgruppe", "all")], "x")


def test_properties_cannot_reach_out_or_blow_up() -> None:
    bomb = '<!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    for reference in ("&b;", "&f;"):
        buffer = io.BytesIO(word())
        with zipfile.ZipFile(buffer, "a") as container:
            body = PROPERTY.format("author", reference, kind="lpwstr")
            container.writestr("docProps/custom.xml", bomb + CUSTOM.format(body))
        said = dict(office_properties(buffer.getvalue()))
        assert "root:" not in said.get("author", "") and "aaaa" not in said.get("author", "")
    damaged = io.BytesIO(word())
    with zipfile.ZipFile(damaged, "a") as container:
        container.writestr("docProps/custom.xml", "<broken")
    assert isinstance(parse(Content("a.docx", damaged.getvalue())), ParsedDocument)


def test_the_words_for_properties_are_each_for_one_thing_alone() -> None:
    import yaml

    file = Path(read_properties.__code__.co_filename).with_name("properties.yaml")
    names = [name for each in yaml.safe_load(file.read_text(encoding="utf-8"))["names"].values() for name in each]
    assert all(field_named(name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)
