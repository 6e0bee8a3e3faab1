"""A crawl keeps to its depth, its hosts and what the site allows, and lists one page once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.sources.web.source import WebSource
from tests.ingest.sources.web_listing import ALLOWED, listed, names, opened, serve_languages
from tests.support.website import Reply, Website

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as website:
        serve_languages(website)
        yield website


def test_links_are_followed_to_the_depth_and_no_deeper(site: Website, tmp_path: Path) -> None:
    site.page("/de", '<h1>Eins</h1><a href="/zwei">2</a>')
    site.page("/zwei", '<h1>Zwei</h1><a href="/drei">3</a>')
    site.page("/drei", "<h1>Drei</h1>")
    found = [listed(opened(site, tmp_path, limits=replace(ALLOWED, depth=depth)))[0] for depth in range(4)]
    assert list(found[0]) == [""]
    assert [("zwei" in items, "drei" in items) for items in found] == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
    ]


def test_only_what_lies_below_the_start_page_is_listed(site: Website, tmp_path: Path) -> None:
    site.page("/de/", '<h1>Hilfe</h1><a href="a">a</a> <a href="../ja">ja</a> <a href="/">home</a>')
    site.page("/de/a", "<h1>A</h1>")
    source = opened(site, tmp_path, "/de/")
    assert list(listed(source)[0]) == ["de/", "de/a"]
    assert [source.covers(site.url + path) for path in ("/de/a", "/de/b?x=1", "/ja", "/deutsch")] == [
        True,
        True,
        False,
        False,
    ]
    assert not source.covers("file:///de/a")


def test_other_hosts_are_left_alone_unless_they_are_named(site: Website, tmp_path: Path) -> None:
    port = site.port
    site.page(
        "/", f'<h1>Help</h1><a href="http://docs.test:{port}/de">de</a> <a href="http://shop.test:{port}/ja">ja</a>'
    )
    resolver = names("help.test", "docs.test", "shop.test")
    for hosts, expected in (((), {"help.test"}), (("docs.test",), {"help.test", "docs.test"})):
        site.forget()
        limits = replace(ALLOWED, hosts=hosts)
        source = WebSource(f"http://help.test:{port}/", tmp_path / "web.db", limits, resolver)
        listed(source)
        assert {host.partition(":")[0] for host, _path, _headers in site.requests} == expected
        assert source.covers(f"http://docs.test:{port}/de") is bool(hosts)


def test_a_site_with_more_pages_than_allowed_says_so(site: Website, tmp_path: Path) -> None:
    items, findings = listed(opened(site, tmp_path, limits=replace(ALLOWED, pages=2)))
    assert (list(items), list(findings.values())) == (["", "de"], ["too-many"])


def test_robots_txt_is_obeyed_by_its_most_exact_rule(site: Website, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /\n\nUser-agent: polydesk\nDisallow: /a\nDisallow: /*a$\n", "text/plain"
    )
    items, findings = listed(opened(site, tmp_path))
    assert (list(items), findings) == (["", "de"], {})
    assert set(site.asked()) == {"/", "/de"}


def test_a_host_whose_robots_txt_fails_is_not_fetched_from(site: Website, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(status=500)
    assert listed(opened(site, tmp_path)) == ({}, {f"{site.url}/": "unreachable"})
    assert site.asked() == []


def test_a_crawl_delay_is_kept(site: Website, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.2\n", "text/plain")
    begin = time.monotonic()
    listed(opened(site, tmp_path))
    assert time.monotonic() - begin >= 3 * 0.2


def test_pages_can_ask_not_to_be_listed_and_links_not_to_be_followed(site: Website, tmp_path: Path) -> None:
    site.page("/", '<h1>Help</h1><a href="/de">de</a> <a rel="nofollow" href="/ja">ja</a> <a href="/ar">ar</a>')
    site.page("/de", '<h1>D</h1><a href="/de2">2</a>', head='<meta name="robots" content="noindex">')
    site.page("/ar", '<h1>A</h1><a href="/ar2">2</a>', head='<meta name="robots" content="NoFollow">')
    site.page("/de2", "<h1>D2</h1>")
    site.page("/ar2", "<h1>A2</h1>")
    site.replies["/de2"].headers = {"X-Robots-Tag": "otherbot: noindex"}
    assert list(listed(opened(site, tmp_path))[0]) == ["", "ar", "de2"]
    assert list(listed(opened(site, tmp_path))[0]) == ["", "ar", "de2"]


def test_one_page_under_several_addresses_is_one_item(site: Website, tmp_path: Path) -> None:
    site.page(
        "/", '<h1>Help</h1><a href="/de?utm_source=x#a">1</a> <a href="/de?sort=up">2</a> <a href="/print/de">3</a>'
    )
    canonical = f'<link rel="canonical" href="{site.url}/de">'
    site.page("/de", "<h1>D</h1><p>Text.</p>", head=canonical)
    site.page("/de?sort=up", "<h1>D</h1><p>Another order.</p>", head=canonical)
    site.page("/print/de", "<h1>D</h1><p>Text.</p>", head=canonical)
    assert list(listed(opened(site, tmp_path))[0]) == ["", "de"]


def test_pages_that_all_claim_the_front_page_as_canonical_are_not_lost(site: Website, tmp_path: Path) -> None:
    for path in ("/de", "/ja"):
        site.page(path, f"<h1>{path}</h1>", head=f'<link rel="canonical" href="{site.url}/">')
    assert sorted(listed(opened(site, tmp_path))[0]) == ["", "ar", "de", "ja"]


def test_a_pdf_that_a_page_links_to_is_an_item_by_its_type(site: Website, tmp_path: Path) -> None:
    pdf = next(DATA.rglob("*.pdf")).read_bytes()
    site.page(
        "/de/", '<h1>D</h1><a href="/files/fees.pdf">1</a> <a href="/de/get?id=7">2</a> <a href="/de/x.png">3</a>'
    )
    site.replies["/files/fees.pdf"] = site.replies["/de/get?id=7"] = Reply(pdf, "application/pdf")
    source = opened(site, tmp_path, "/de/")
    items, findings = listed(source)
    assert (list(items), findings) == (["de/", "files/fees.pdf", "de/get?id=7"], {})
    assert source.read(items["files/fees.pdf"]).data == pdf
    assert source.read(items["de/get?id=7"]).name == "get.pdf"
    assert source.covers(items["files/fees.pdf"].uri)
    assert "/de/x.png" not in site.asked()


def test_a_sitemap_lists_its_pages_and_nothing_they_link_to(site: Website, tmp_path: Path) -> None:
    site.sitemap("/sitemap.xml", "/de", "/ja", "/gone", "http://elsewhere.test/x")
    site.page("/de", '<h1>D</h1><a href="/ar">ar</a>')
    source = opened(site, tmp_path, "/sitemap.xml")
    items, findings = listed(source)
    assert (list(items), findings) == (["de", "ja"], {"http://elsewhere.test/x": "unsupported"})
    site.forget()
    again = opened(site, tmp_path, "/sitemap.xml")
    assert (listed(again)[0], dict(site.bodies)) == (items, {})
    assert again.covers(f"{site.url}/gone")


def test_an_index_leads_to_packed_sitemaps_and_a_lost_one_is_a_finding(site: Website, tmp_path: Path) -> None:
    site.sitemap("/maps/index.xml", "/maps/a.xml.gz", "/maps/lost.xml", index=True)
    site.sitemap("/maps/a.xml.gz", "/de", "/ja", packed=True)
    source = opened(site, tmp_path, "/maps/index.xml")
    items, findings = listed(source)
    assert (list(items), findings) == (["de", "ja"], {f"{site.url}/maps/lost.xml": "unreachable"})
    assert source.covers(f"{site.url}/de")
