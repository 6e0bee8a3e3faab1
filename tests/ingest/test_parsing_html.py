"""HTML gives the text a reader sees, under the headings the author wrote, and reports what was hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.documents import ParsedDocument
from ingest.parsing import parse_file


def parsed(tmp_path: Path, body: str, head: str = "") -> ParsedDocument:
    path = tmp_path / "page.html"
    path.write_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", encoding="utf-8")
    return parse_file(path)


def units(document: ParsedDocument) -> list[str]:
    return [unit.text for section in document.sections for unit in section.units]


@pytest.mark.parametrize(
    "markup",
    [
        "<p style='display:none'>secret words</p>",
        "<p style='visibility: hidden'>secret words</p>",
        "<p>Seen.<span style='color:#fff'>secret words</span></p>",
        "<div hidden>secret words</div>",
        "<p class='x'>secret words</p>",
        "<p style='font-size:0'>secret words</p>",
        "<p style='position:absolute;left:-9999px'>secret words</p>",
        "<!-- secret words inside -->",
    ],
)
def test_hidden_text_is_left_out_and_reported(tmp_path: Path, markup: str) -> None:
    document = parsed(tmp_path, f"<p>Seen.</p>{markup}<p>After.</p>", "<style>.x {display: none}</style>")
    assert "secret" not in document.text
    assert units(document)[-1] == "After."
    assert [(finding.code, "secret words" in finding.message) for finding in document.findings] == [
        ("hidden-text", True)
    ]


def test_white_text_on_a_dark_background_is_seen(tmp_path: Path) -> None:
    document = parsed(tmp_path, "<div style='background:#003'><p style='color:white'>White but seen.</p></div>")
    assert units(document) == ["White but seen."]
    assert document.findings == ()


def test_scripts_and_navigation_are_furniture_and_no_finding(tmp_path: Path) -> None:
    document = parsed(tmp_path, "<nav><a href='/'>Home</a></nav><script>var a;</script><p>Text.</p><style>p{}</style>")
    assert document.text == "Text."
    assert document.findings == ()


def test_headings_come_from_tags_and_never_from_guesses(tmp_path: Path) -> None:
    body = (
        "<h1>返品</h1><p>概要</p><h2>期限</h2><p>送料</p><p>SHORT CAPITALS</p>"
        "<h3>例外</h3><p>なし。</p><h2>費用</h2><p>無料。</p>"
    )
    document = parsed(tmp_path, body)
    assert document.title == "返品"
    assert [(s.heading, [u.text for u in s.units]) for s in document.sections] == [
        ((), ["概要"]),
        (("期限",), ["送料", "SHORT CAPITALS"]),
        (("期限", "例外"), ["なし。"]),
        (("費用",), ["無料。"]),
    ]


def test_nothing_unstructured_would_drop_is_lost(tmp_path: Path) -> None:
    body = (
        "<details><summary>Question?</summary><p>Answer.</p></details><form><label>Label text.</label></form>"
        "<figure><figcaption>Caption.</figcaption></figure><p>無</p><dl><dt>Term</dt><dd>Meaning.</dd></dl>"
    )
    assert units(parsed(tmp_path, body)) == ["Question?", "Answer.", "Label text.", "Caption.", "無", "Term: Meaning."]


def test_merged_cells_are_repeated_and_header_lines_joined(tmp_path: Path) -> None:
    body = (
        "<table><caption>Fees 2026</caption><thead><tr><th rowspan=2>Country</th><th colspan=2>Fee</th></tr>"
        "<tr><th>Standard</th><th>Express</th></tr></thead>"
        "<tr><td rowspan=2>Chile</td><td>5</td><td>9</td></tr><tr><td colspan=2>8</td></tr></table>"
    )
    caption, table = parsed(tmp_path, body).sections
    assert caption.units[0].text == "Fees 2026"
    assert table.header == "| Country | Fee / Standard | Fee / Express |"
    assert [unit.text for unit in table.units] == [
        "Country: Chile; Fee / Standard: 5; Fee / Express: 9",
        "Country: Chile; Fee / Standard: 8; Fee / Express: 8",
    ]


def test_rows_stand_in_the_text_as_pipe_rows(tmp_path: Path) -> None:
    document = parsed(tmp_path, "<table><tr><th>A<th>B<tr><td>1<td>x | y</table>")
    (section,) = document.sections
    assert document.text[section.start : section.end] == "| A | B |\n| 1 | x ¦ y |"
    assert document.text[section.units[0].start : section.units[0].end] == "| 1 | x ¦ y |"


def test_nested_items_repeat_their_parent_and_numbers_stay_in_the_text(tmp_path: Path) -> None:
    body = "<ol start=3><li><p>Pack it.</p><p>Well.</p></li><li>Send it:<ul><li>by post</li></ul></li></ol>"
    document = parsed(tmp_path, body)
    assert units(document) == ["Pack it. Well.", "Send it:", "Send it: by post"]
    assert document.text == "3. Pack it. Well.\n4. Send it:\n  - by post"


def test_line_breaks_separate_words_and_two_of_them_paragraphs(tmp_path: Path) -> None:
    assert parsed(tmp_path, "<p>Dear<br>customer,<br><br>thank you.</p>").text == "Dear\ncustomer,\n\nthank you."


def test_a_page_laid_out_in_a_table_keeps_its_headings(tmp_path: Path) -> None:
    body = (
        "<table><tr><td><h2>Fees</h2><p>None.</p></td><td><table><tr><th>A<th>B<tr><td>1<td>2</table></td></tr></table>"
    )
    document = parsed(tmp_path, body)
    assert [(s.kind, s.heading) for s in document.sections] == [("prose", ()), ("table", ())]
    assert document.title == "Fees"


def test_struck_out_text_is_not_in_force(tmp_path: Path) -> None:
    document = parsed(tmp_path, "<p>You have <del>14</del> 30 days.</p>")
    assert document.text == "You have 30 days."
    assert [finding.code for finding in document.findings] == ["struck-out-text"]


def test_a_site_name_in_the_title_is_dropped_for_the_heading(tmp_path: Path) -> None:
    document = parsed(tmp_path, "<h1>Returns</h1><p>Text.</p>", "<title>Returns | ACME Help</title>")
    assert document.title == "Returns"
    assert document.sections[0].heading == ()


def test_overrides_are_removed_and_reported_but_persian_joiners_kept(tmp_path: Path) -> None:
    document = parsed(tmp_path, "<p>می\u200cخواهم a\u200bb \u202eevil\u202c caf\u0065\u0301.</p>")
    assert document.text == "می\u200cخواهم ab evil café."
    assert [finding.code for finding in document.findings] == ["bidi-override"]


def test_the_declared_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.html"
    path.write_bytes("<meta charset=shift_jis><p>返品は無料です。</p>".encode("shift_jis"))
    assert parse_file(path).text == "返品は無料です。"
