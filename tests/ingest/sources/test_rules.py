"""A polydesk.yaml says who may read a folder's files, and nothing is read while it cannot be understood."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.documents import ParsedDocument, SourceItem
from ingest.errors import DocumentError, IngestUserError
from ingest.identity import Identities
from ingest.ledger.writing import PublishedItem
from ingest.sources import described, is_left_out, open_source
from tests.ingest.sources.shelf import findings, listed, put


def rule(root: Path, text: str, name: str = "polydesk.yaml") -> None:
    root.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


def audiences(root: Path) -> dict[str, str]:
    return {name: item.audience for name, item in listed(root)[0].items()}


def test_a_rule_sets_every_field_of_what_matches_and_of_nothing_else(tmp_path: Path) -> None:
    put(tmp_path, "hr/pay.md", "hr/deep/er/leave.md", "returns.md")
    rule(
        tmp_path,
        "rules:\n  - match: hr/**/*.md\n    audience: Manager\n    kind: article\n    customer: 0017\n"
        "    language: ja-JP\n    effective_from: 1.3.2026\n    effective_to: 2027年1月1日\n    author: Personnel\n",
    )
    items, found = listed(tmp_path)
    assert (list(items), found) == (["hr/deep/er/leave.md", "hr/pay.md", "returns.md"], {})
    for item in (items["hr/pay.md"], items["hr/deep/er/leave.md"]):
        assert (item.audience, item.kind, item.customer_id, item.language) == ("manager", "article", "0017", "ja")
        assert (item.effective_from, item.effective_to, item.author) == (
            date(2026, 3, 1),
            date(2027, 1, 1),
            "Personnel",
        )
    assert items["returns.md"] == SourceItem(
        (tmp_path / "returns.md").as_uri(), "returns.md", items["hr/pay.md"].content_hash
    )


def test_the_last_rule_that_matches_wins_field_by_field(tmp_path: Path) -> None:
    put(tmp_path, "hr/pay.md", "hr/open/holidays.md")
    rule(
        tmp_path,
        "rules:\n- {match: hr, audience: manager, author: Personnel}\n- {match: hr/open, audience: all}\n",
    )
    items = listed(tmp_path)[0]
    assert (items["hr/pay.md"].audience, items["hr/open/holidays.md"].audience) == ("manager", "all")
    assert items["hr/open/holidays.md"].author == "Personnel"


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*.md", {"a.md", "hr/b.md", "hr/x/c.md"}),
        ("/*.md", {"a.md"}),
        ("hr", {"hr/b.md", "hr/x/c.md", "hr/x/d.txt"}),
        ("hr/", {"hr/b.md", "hr/x/c.md", "hr/x/d.txt"}),
        ("HR/*", {"hr/b.md", "hr/x/c.md", "hr/x/d.txt"}),
        ("hr/*.md", {"hr/b.md"}),
        ("hr/**", {"hr/b.md", "hr/x/c.md", "hr/x/d.txt"}),
        ("hr/**/*.md", {"hr/b.md", "hr/x/c.md"}),
        ("**/x/*", {"hr/x/c.md", "hr/x/d.txt"}),
        ("x", {"hr/x/c.md", "hr/x/d.txt"}),
        ("hr/?.md", {"hr/b.md"}),
        ("[a-b].md", {"a.md", "hr/b.md"}),
        ("[!a].md", {"hr/b.md", "hr/x/c.md"}),
        ("h", set()),
    ],
)
def test_patterns_mean_what_they_mean_in_gitignore(tmp_path: Path, pattern: str, matched: set[str]) -> None:
    put(tmp_path, "a.md", "hr/b.md", "hr/x/c.md", "hr/x/d.txt")
    rule(tmp_path, f"rules:\n- match: '{pattern}'\n  audience: manager\n")
    assert {name for name, audience in audiences(tmp_path).items() if audience == "manager"} == matched


def test_a_pattern_matches_however_its_accents_are_stored(tmp_path: Path) -> None:
    put(tmp_path, "Geha\u0308lter/a.md")
    rule(tmp_path, "rules:\n- match: GEHÄLTER\n  audience: manager\n")
    assert list(audiences(tmp_path).values()) == ["manager"]


def test_rules_in_a_subfolder_win_over_those_above(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "open/b.md", "open/c.md")
    rule(tmp_path, "rules:\n- {match: '*', audience: manager}\n")
    rule(tmp_path / "open", "rules:\n- {match: b.md, audience: all}\n")
    assert audiences(tmp_path) == {"a.md": "manager", "open/b.md": "all", "open/c.md": "manager"}


def test_an_enforced_rule_is_not_changed_by_later_rules_subfolders_or_documents(tmp_path: Path) -> None:
    put(tmp_path, "hr/a.md")
    rule(
        tmp_path,
        "rules:\n- {match: hr, audience: manager, enforce: true}\n- {match: hr/a.md, audience: all, author: Eve}\n",
    )
    rule(tmp_path / "hr", "rules:\n- {match: '*', audience: agent, enforce: true}\n")
    item = listed(tmp_path)[0]["hr/a.md"]
    assert (item.audience, item.author, item.enforced) == ("manager", "Eve", ("audience",))
    told = described(item, ParsedDocument("words", "", (), {"audience": "board", "author": "Ann"}))
    assert (told.audience, told.author) == ("manager", "Ann")


def test_a_file_is_under_the_same_rules_whichever_folder_is_ingested(tmp_path: Path) -> None:
    put(tmp_path, "hr/pay/a.md")
    rule(tmp_path, "rules:\n- {match: hr, audience: manager}\n")
    for address in (tmp_path, tmp_path / "hr", tmp_path / "hr" / "pay", tmp_path / "hr" / "pay" / "a.md"):
        assert list(audiences(address).values()) == ["manager"]


def test_a_link_is_under_the_rules_of_what_it_leads_to(tmp_path: Path) -> None:
    put(tmp_path, "hr/pay.md")
    (tmp_path / "open.md").symlink_to("hr/pay.md")
    rule(tmp_path, "rules:\n- {match: hr, audience: manager}\n")
    assert audiences(tmp_path) == {"hr/pay.md": "manager", "open.md": "manager"}


def test_what_a_rule_ignores_is_not_listed_not_reported_and_still_covered_so_that_it_is_retired(tmp_path: Path) -> None:
    put(tmp_path, "a.md", "drafts/b.md", "drafts/c.psd", "drafts/keep.md")
    rule(tmp_path, "rules:\n- {match: drafts, ignore: true}\n- {match: keep.md, ignore: false}\n")
    items, found = listed(tmp_path)
    assert (list(items), found) == (["a.md", "drafts/keep.md"], {})
    uri = (tmp_path / "drafts" / "b.md").as_uri()
    source = open_source(tmp_path)
    assert source.covers(uri) and is_left_out(source, uri)
    assert not is_left_out(source, (tmp_path / "a.md").as_uri())
    assert not is_left_out(source, "file:///elsewhere/drafts/b.md")


BROKEN = [
    ("rules:\n- match: hr\n  audience: 'sales; drop'\n", 3, "audience is 'sales; drop'; use all, agent, manager, or"),
    ("rules:\n- match: hr\n  audience:\n", 3, "audience is ''"),
    ("rules:\n- match: hr\n  audiance: manager\n", 3, "audiance is not known; use"),
    ("rules:\n\n- audience: agent\n", 3, "match: Field required"),
    ("rules:\n- match: hr\n", 2, "the rule says nothing"),
    ("rules:\n- match: ../hr\n  ignore: true\n", 2, "relative to this file"),
    ("rules:\n- match: '!hr'\n  ignore: true\n", 2, "not negated"),
    ("rules:\n- match: hr\n  ignore: perhaps\n", 3, "ignore: Input should be a valid boolean"),
    ("rules:\n- match: hr\n  kind: novel\n", 3, "kind: Input should be 'policy', 'article' or 'ticket'"),
    ("rules:\n- match: hr\n  effective_from: 03/04/2026\n", 3, "can mean two days; write it as 2026-03-01"),
    ("rules:\n- match: hr\n  language: Klingonisch!\n", 3, "no language code"),
    ("rules:\n- match: hr\n  audience: agent\n  audience: manager\n", 4, "“audience” is there twice"),
    ("rules:\n- match: [hr\n", 3, "expected ',' or ']'"),
    ("- match: hr\n  audience: agent\n", 1, "valid dictionary"),
    ("name_pattern: '(?P<stem>.+'\n", 1, "not a regular expression"),
    ("name_pattern: '.+'\n", 1, "no group (?P<stem>"),
    ("name_pattern: '(?P<stem>.+)_(?P<year>\\d{4})'\n", 1, "all of year, month and day"),
]


@pytest.mark.parametrize(("text", "line", "message"), BROKEN, ids=[message for _, _, message in BROKEN])
def test_rules_that_cannot_be_used_refuse_the_whole_folder_in_one_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    put(tmp_path, "a.md", "hr/b.md")
    rule(tmp_path / "hr", text)
    with pytest.raises(IngestUserError) as refused:
        next(iter(open_source(tmp_path).items()))
    assert str(refused.value).startswith(f"{tmp_path / 'hr' / 'polydesk.yaml'}, line {line}: ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value) and "nothing in this folder was read" in str(refused.value)


def test_a_file_of_rules_under_another_name_is_no_rule_that_is_quietly_lost(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    rule(tmp_path, "rules: []\n", "polydesk.yml")
    with pytest.raises(IngestUserError, match=r"polydesk\.yml: call it polydesk\.yaml"):
        open_source(tmp_path).items()
    (tmp_path / "polydesk.yml").rename(tmp_path / "polydesk.yaml")
    assert listed(tmp_path)[1] == {}


def test_rules_that_are_no_text_are_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.md")
    (tmp_path / "polydesk.yaml").write_bytes(b"rules: \xff\xfe")
    with pytest.raises(IngestUserError, match="cannot be read"):
        open_source(tmp_path).items()


@pytest.mark.parametrize(
    ("pattern", "names", "document"),
    [
        (
            r"(?P<stem>.+?)(?:_v\d+)?_(?P<date>[\d-]+)",
            ("Returns_v3_2026-03-01.docx", "Returns_v4_2027-03-01.docx"),
            "Returns.docx",
        ),
        (
            r"(?P<date>\d{4}-\d\d-\d\d) (?P<stem>.+)",
            ("2026-03-01 Rückgabe.pdf", "2027-03-01 Rückgabe.pdf"),
            "Rückgabe.pdf",
        ),
        (
            r"(?P<stem>.+)-(?P<day>\d\d)(?P<month>\d\d)(?P<year>\d{4})",
            ("返品規定-01032026.md", "返品規定-01032027.md"),
            "返品規定.md",
        ),
        (
            r"(?P<stem>.+?) ?\(gültig ab (?P<date>.+)\)",
            ("A (gültig ab 1.3.2026).md", "A (gültig ab 1.3.2027).md"),
            "A.md",
        ),
    ],
)
def test_a_companys_own_file_names_tell_document_and_date(
    tmp_path: Path, pattern: str, names: tuple[str, str], document: str
) -> None:
    put(tmp_path, *(f"eu/{name}" for name in names), "eu/other@2026-05-05.md", "eu/plain.md")
    rule(tmp_path, f"name_pattern:\n  - 'never(?P<stem>)'\n  - '{pattern}'\n")
    entries = [entry for entry in open_source(tmp_path).items() if isinstance(entry, SourceItem)]
    found = {(entry.document_id, entry.effective_from) for entry in entries}
    assert found == {
        (f"eu/{document}", date(2026, 3, 1)),
        (f"eu/{document}", date(2027, 3, 1)),
        ("eu/other.md", date(2026, 5, 5)),
        ("eu/plain.md", None),
    }


def test_a_date_in_a_name_that_is_none_or_unclear_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "a_2026-02-30.md", "b_03-04-2026.md")
    rule(tmp_path, r"name_pattern: '(?P<stem>.+)_(?P<date>[\d-]+)'")
    assert listed(tmp_path) == ({}, {"a_2026-02-30.md": "wrong-format", "b_03-04-2026.md": "wrong-format"})


def test_two_files_that_are_the_same_version_of_one_document_are_both_refused(tmp_path: Path) -> None:
    put(tmp_path, "Returns_v3.md", "Returns_v4.md", "Shipping_v1.md")
    rule(tmp_path, r"name_pattern: '(?P<stem>.+)_v\d+'")
    items, found = listed(tmp_path)
    assert (list(items), found) == (["Shipping.md"], {"Returns_v3.md": "duplicate", "Returns_v4.md": "duplicate"})
    assert "Returns_v3.md, Returns_v4.md are one document with the same date" in findings(tmp_path)[0].message


def test_the_date_in_a_name_wins_over_a_rule_unless_the_rule_is_enforced(tmp_path: Path) -> None:
    put(tmp_path, "a@2026-03-01.md", "b.md")
    rule(tmp_path, "rules:\n- {match: '*.md', effective_from: 2026-09-09}\n")
    assert {n: i.effective_from for n, i in listed(tmp_path)[0].items()} == {
        "a.md": date(2026, 3, 1),
        "b.md": date(2026, 9, 9),
    }
    rule(tmp_path, "rules:\n- {match: '*.md', effective_from: 2026-09-09, enforce: true}\n")
    assert {item.effective_from for item in listed(tmp_path)[0].values()} == {date(2026, 9, 9)}


def test_a_title_that_is_only_the_files_name_is_shown_without_version_and_date(tmp_path: Path) -> None:
    put(tmp_path, "return-policy_v3_2026-03-01.md")
    rule(tmp_path, r"name_pattern: '(?P<stem>.+?)_v\d+_(?P<date>.+)'")
    item = listed(tmp_path)[0]["return-policy.md"]
    assert described(item, ParsedDocument("words", "return-policy_v3_2026-03-01", (), {})).title == "Return policy"
    assert described(item, ParsedDocument("words", "Its own", (), {})).title == "Its own"


@pytest.mark.parametrize(
    ("place", "own", "read_by"),
    [
        ("all", "manager", "manager"),
        ("all", "sales", "sales"),
        ("agent", "manager", "manager"),
        ("manager", "all", "manager"),
        ("manager", "agent", "manager"),
        ("sales", "all", "sales"),
        ("sales", "Sales", "sales"),
        ("agent", "sales", None),
        ("sales", "manager", None),
        ("all", "", None),
        ("all", "manager, agent", None),
        ("all", "<b>", None),
    ],
)
def test_a_document_may_narrow_who_reads_it_and_never_widen_it(place: str, own: str, read_by: str | None) -> None:
    item = SourceItem("file:///x.md", "x.md", "hash", audience=place)
    document = ParsedDocument("words", "", (), {"audience": own})
    if read_by is not None:
        assert described(item, document).audience == read_by
        return
    with pytest.raises(DocumentError, match=r"x\.md: audience is") as refused:
        described(item, document)
    assert refused.value.code == "wrong-format"


def test_a_document_names_a_customer_but_not_another_than_its_place() -> None:
    document = ParsedDocument("words", "", (), {"customer_id": "C-1"})
    assert described(SourceItem("u", "x", "h"), document).customer_id == "C-1"
    with pytest.raises(DocumentError, match="customer_id is 'C-1' here and 'C-2' where it lies"):
        described(SourceItem("u", "x", "h", customer_id="C-2"), document)


def test_language_and_author_come_from_the_document_before_its_place() -> None:
    item = SourceItem("u", "x", "h", language="de", author="Legal")
    told = described(item, ParsedDocument("words", "", (), {"language": "pt-BR", "author": "Ana"}))
    assert (told.language, told.author) == ("pt", "Ana")
    kept = described(item, ParsedDocument("words", "", (), {"language": "plain English"}))
    assert (kept.language, kept.author) == ("de", "Legal")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    document = ParsedDocument("words", "", (), {"effective_from": "2026-03-01", "effective_to": "2026-02-01"})
    with pytest.raises(DocumentError, match="effective_to is 2026-02-01, before effective_from"):
        described(SourceItem("u", "x", "h"), document)


def test_versions_by_a_name_pattern_keep_one_id_and_a_folder_of_the_same_names_gets_another(tmp_path: Path) -> None:
    def named(folder: Path, name: str) -> SourceItem:
        return SourceItem((folder / name).as_uri(), "Returns.md", name)

    put(tmp_path, "one/Returns_v3.md", "one/Returns_v4.md", "two/Returns_v3.md")
    identities = Identities([])
    ids = [
        identities.identified(named(tmp_path / folder, name)).document_id
        for folder, name in (("one", "Returns_v3.md"), ("one", "Returns_v4.md"), ("two", "Returns_v3.md"))
    ]
    assert ids[0] == ids[1] == "Returns.md" and ids[2].endswith("/Returns.md")
    old = PublishedItem(1, ids[2], (tmp_path / "two" / "Returns_v3.md").as_uri(), "key", "hash", "collection")
    shutil.rmtree(tmp_path / "one")
    assert Identities([old]).identified(named(tmp_path / "two", "Returns_v9.md")).document_id == ids[2]
