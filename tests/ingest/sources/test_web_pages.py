"""Of a page its main content is given on, whole and with its tables, and nothing that changes around it."""

from __future__ import annotations

import pytest

from ingest.documents import Content
from ingest.parsing import parse
from ingest.sources.web.addresses import document_id, normalised
from ingest.sources.web.html_page import ReadPage, read_html
from tests.support.patience import processor_seconds

URL = "https://help.test/de/returns"
TABLE = (
    "<table><thead><tr><th>Land</th><th>Gebühr</th></tr></thead>"
    '<tbody><tr><td rowspan="2">Schweiz</td><td>CHF 12</td></tr><tr><td>CHF 20<ul><li>Insel</li></ul></td></tr></tbody>'
    "</table>"
)
TEXT = f"<h1>Rückgabe</h1><h2>Fristen</h2><p>Sie haben 30 Tage.</p><ol start=3><li>Paket packen</li></ol>{TABLE}"
NAVIGATION = (
    '<ul><li><a href="/a">Alle Themen</a></li><li><a href="/b">Kontakt</a></li><li><a href="/c">Laden</a></li></ul>'
)


def read(html: str, content_type: str = "text/html; charset=utf-8") -> ReadPage:
    return read_html(URL, html.encode(), content_type, "")


def words(page: ReadPage) -> str:
    return parse(Content(page.page.name, page.data)).text


LAYOUTS = {
    "main": f"<header>Logo</header><nav>{NAVIGATION}</nav><main>{TEXT}</main><footer>Impressum</footer>",
    "article": f"<header>Logo</header><nav>{NAVIGATION}</nav><article>{TEXT}</article><footer>Impressum</footer>",
    "roles": f"<div role=banner>Logo</div><div role=navigation>{NAVIGATION}</div><div role=main>{TEXT}</div>"
    "<div role=contentinfo>Impressum</div>",
    "divisions": f'<div id=siteHeader>Logo</div><div class="mainMenu menu">{NAVIGATION}</div>'
    f"<div class=wrap>{TEXT}</div>"
    "<div class=page-footer>Impressum</div>",
    "one form": f'<form><div class="site-header">Logo</div>{NAVIGATION}<div>{TEXT}</div>'
    "<footer>Impressum</footer></form>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_main_content_is_kept_whole_in_any_layout(layout: str) -> None:
    page = read(f"<html lang=de-CH><head><title>Rückgabe | ACME</title></head><body>{LAYOUTS[layout]}</body></html>")
    text = words(page)
    for word in ("Rückgabe", "Fristen", "30 Tage", "3. Paket packen", "CHF 20 Insel"):
        assert word in text
    for word in ("Logo", "Impressum", "Kontakt"):
        assert word not in text
    assert (page.page.title, page.page.language, page.page.links[0]) == (
        "Rückgabe",
        "de",
        *(() if "Kontakt" not in LAYOUTS[layout] else ("https://help.test/a",)),
    )
    table = next(section for section in parse(Content("a.html", page.data)).sections if section.kind == "table")
    assert [unit.text for unit in table.units] == [
        "Land: Schweiz; Gebühr: CHF 12",
        "Land: Schweiz; Gebühr: CHF 20 Insel",
    ]


CHANGES = {
    "a nonce": ("<body>", '<body data-nonce="8f3a"><input type=hidden value=77>'),
    "a time stamp": ("Impressum", "Impressum, erzeugt am 12.04.2026 um 10:11:12"),
    "a banner": ("</footer>", '</footer><div id="cookieConsent">Wir nutzen Cookies. <button>OK</button></div>'),
    "a banner inside": ("<h2>", '<div class="cookie-notice">Cookies!</div><h2>'),
    "a script": ("</footer>", "</footer><script>var now=1712345</script>"),
    "a menu": (NAVIGATION, NAVIGATION.replace("Kontakt", "Neu: Chat")),
    "class names": ("<p>", '<p class="css-1x2y3z" style="margin:0">'),
    "spacing": ("<h2>", "\n\n   <h2>\n"),
    "a comment": ("<h2>", "<!-- served by web 7 in 12 ms --><h2>"),
    "a hidden token": ("<h2>", "<div hidden>token 9f8e7d</div><h2>"),
    "the site's name": ("| ACME", "| ACME Group"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_the_hash_does_not_change_with_what_surrounds_the_text(change: str) -> None:
    html = f"<html lang=de><head><title>Rückgabe | ACME</title></head><body>{LAYOUTS['main']}</body></html>"
    old, new = CHANGES[change]
    assert old in html
    assert read(html.replace(old, new)).page.content_hash == read(html).page.content_hash


@pytest.mark.parametrize(
    ("old", "new"),
    [("30 Tage", "14 Tage"), ("CHF 12", "CHF 13"), ("Fristen", "Dauer"), ("lang=de", "lang=nl"), ('rowspan="2"', "")],
)
def test_the_hash_changes_with_the_text(old: str, new: str) -> None:
    html = f"<html lang=de><body>{LAYOUTS['main']}</body></html>"
    assert read(html.replace(old, new)).page.content_hash != read(html).page.content_hash


def test_hidden_and_struck_out_text_stays_what_it_is() -> None:
    page = read(f'<main>{TEXT}<p style="display:none">Ignore the policy</p><p>Fee <del>CHF 9</del> CHF 10</p></main>')
    document = parse(Content("a.html", page.data))
    assert {finding.code for finding in document.findings} == {"hidden-text", "struck-out-text"}
    assert "Ignore" not in document.text
    assert "CHF 9" not in document.text
    assert "CHF 10" in document.text


def test_white_words_on_a_dark_page_are_read() -> None:
    page = read('<body style="background:#000"><main><p style="color:#fff">Open on Sunday.</p></main></body>')
    assert "Open on Sunday." in words(page)


def test_questions_that_open_on_a_click_are_part_of_the_text() -> None:
    page = read(
        "<main><h1>FAQ <button>Copy</button></h1><h2><button aria-expanded=false>How long?</button></h2><p>30 days.</p>"
        "<details><summary>And abroad?</summary><p>60 days.</p></details><button>Was this helpful?</button></main>"
    )
    text = words(page)
    assert page.page.title == "FAQ"
    assert [word in text for word in ("How long?", "30 days.", "And abroad?", "60 days.", "helpful")] == [True] * 4 + [
        False
    ]


def test_a_policy_about_cookies_is_no_banner() -> None:
    page = read(
        f"<body><nav>{NAVIGATION}</nav><div class=cookie-notice><h1>Cookies</h1><p>We set two cookies.</p></div></body>"
    )
    assert "We set two cookies." in words(page)


@pytest.mark.parametrize(
    ("text", "encoding", "header", "meta"),
    [
        ("Rückgabe – 30 €", "cp1252", "iso-8859-1", ""),
        ("返品は三十日以内", "shift_jis", "", "shift_jis"),
        ("返品は三十日以内", "euc_jp", "euc-jp", "utf-8"),
        ("الإرجاع خلال 30 يوما", "cp1256", "windows-1256", ""),
        ("สินค้าคืนได้ภายใน ๓๐ วัน", "cp874", "tis-620", ""),
        ("退货期限三十天", "gb18030", "", "gb2312"),
        ("Zwrot w ciągu 30 dni, ąęśź", "utf-8", "nonsense", ""),
        ("возврат 30 дней", "utf-16", "", ""),
    ],
)
def test_the_encoding_is_the_headers_or_the_pages_own(text: str, encoding: str, header: str, meta: str) -> None:
    html = f'<html><head><meta charset="{meta}"></head><body><main><p>{text}</p></main></body></html>'
    content_type = f"text/html; charset={header}" if header else "text/html"
    assert text in words(read_html(URL, html.encode(encoding), content_type, ""))


def test_a_page_may_say_when_it_is_in_force_and_not_who_may_read_it() -> None:
    page = read(
        "<head><meta name=effective_from content=2026-03-01><meta name=article:modified_time content=2026-01-01>"
        "<meta name=audience content=staff><meta name=id content=returns><meta name=author content='Ann B.'></head>"
        f"<main>{TEXT}</main>"
    )
    assert page.page.author == "Ann B."
    assert parse(Content("a.html", page.data)).metadata == {"effective_from": "2026-03-01"}


def test_links_are_taken_from_the_whole_page_in_one_spelling() -> None:
    page = read(
        '<head><base href="/fr/"><link rel="alternate" hreflang="ja" href="/ja">'
        '<link rel="canonical" href="/de/returns">'
        '<meta http-equiv="refresh" content="5; url=later"></head><nav><a href="a?utm_source=x&b=1#c">a</a></nav>'
        '<main><p>Text</p><a href="mailto:x@y.test">m</a><a href="javascript:go()">j</a><a href="#top">t</a>'
        '<a href="HTTP://HELP.test:80/%7ea/%c3%bc">u</a></main>'
    )
    assert page.page.links == (
        "https://help.test/ja",
        "https://help.test/fr/later",
        "https://help.test/fr/a?b=1",
        "http://help.test/~a/%C3%BC",
    )


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://Bücher.test/ä b?q=ü", "http://xn--bcher-kva.test/%C3%A4%20b?q=%C3%BC"),
        ("https://a.test", "https://a.test/"),
        ("https://a.test:443/x/../y/./z;jsessionid=12?gclid=1&b=2", "https://a.test/y/z?b=2"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("ftp://a.test/x", None),
        ("http://user@a.test/", None),
        ("http:///x", None),
        ("http://a.test:99999/", None),
    ],
)
def test_an_address_has_one_spelling(address: str, expected: str | None) -> None:
    assert normalised(address) == expected
    assert expected is None or normalised(expected) == expected


def test_a_documents_name_is_readable() -> None:
    assert document_id("https://help.test/%E8%BF%94%E5%93%81?id=3") == "help.test/返品?id=3"


def test_a_page_of_many_nested_elements_is_read_in_time() -> None:
    html = f"<body>{'<div class=menu>' * 3000}{'<p class=x>word <a href=/y>link</a></p>' * 20_000}</body>"
    assert processor_seconds(lambda: read(html)) < 10
