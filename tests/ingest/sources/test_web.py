"""A web source lists each page once, downloads what changed, and retires only what has certainly gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.errors import DocumentError, IngestUserError
from ingest.parsing import parse
from ingest.sources.web import WebLimits, open_web
from tests.ingest.sources.web_listing import ALLOWED, listed, opened, serve_languages, text
from tests.support.website import Reply, Website


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as website:
        serve_languages(website)
        yield website


def test_a_site_is_listed_in_its_languages_by_stable_names(site: Website, tmp_path: Path) -> None:
    source = opened(site, tmp_path)
    items, findings = listed(source)
    assert (list(items), findings) == (["", "de", "ja", "ar"], {})
    german = items["de"]
    assert german.uri == f"{site.url}/de"
    assert (german.document_id, german.title, german.language) == (f"127.0.0.1:{site.port}/de", "Rückgabe", "de")
    assert (german.kind, german.audience, german.effective_from) == ("article", "all", None)
    content = source.read(german)
    assert (content.name, content.language) == ("de.html", "de")
    document = parse(content)
    assert (document.title, document.metadata["language"]) == ("Rückgabe", "de")
    assert "30 Tage ab Erhalt." in document.text
    assert "ACME" not in document.text


def test_a_second_pass_downloads_nothing_and_lists_the_same(site: Website, tmp_path: Path) -> None:
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nDisallow:", "text/plain")
    before, _ = listed(opened(site, tmp_path))
    site.forget()
    after, findings = listed(opened(site, tmp_path))
    assert (after, findings) == (before, {})
    assert not site.bodies
    assert site.unchanged == dict.fromkeys(("/robots.txt", "/", "/de", "/ja", "/ar"), 1)


def test_only_the_page_that_changed_is_downloaded(site: Website, tmp_path: Path) -> None:
    before, _ = listed(opened(site, tmp_path))
    site.page("/de", "<h1>Rückgabe</h1><p>14 Tage ab Erhalt.</p>", lang="de")
    site.forget()
    source = opened(site, tmp_path)
    after, _ = listed(source)
    assert [path for path in after if after[path] != before[path]] == ["de"]
    assert "14 Tage" in text(source, after["de"])
    assert site.bodies == {"/de": 1}


def test_a_page_of_a_run_that_was_killed_is_downloaded_when_it_is_read(site: Website, tmp_path: Path) -> None:
    listed(opened(site, tmp_path))
    source = opened(site, tmp_path)
    items, _ = listed(source)
    site.forget()
    assert "三十日以内" in text(source, items["ja"])
    assert site.bodies == {"/ja": 1}


def test_a_page_that_changes_between_listing_and_reading_is_not_passed_off_as_the_listed_one(
    site: Website, tmp_path: Path
) -> None:
    listed(opened(site, tmp_path))
    source = opened(site, tmp_path)
    items, _ = listed(source)
    site.page("/ja", "<h1>返品</h1><p>十四日以内。</p>", lang="ja")
    with pytest.raises(DocumentError) as caught:
        source.read(items["ja"])
    assert caught.value.code == "changed"
    again = opened(site, tmp_path)
    assert "十四日" in text(again, listed(again)[0]["ja"])


def test_without_validators_a_page_is_downloaded_and_still_the_same(site: Website, tmp_path: Path) -> None:
    site.replies["/de"].validators = False
    before, _ = listed(opened(site, tmp_path))
    site.forget()
    assert listed(opened(site, tmp_path))[0] == before
    assert site.bodies == {"/de": 1}


def test_a_date_serves_as_validator_unless_the_page_was_changed_just_now(site: Website, tmp_path: Path) -> None:
    long_ago = "Mon, 01 Jan 2024 00:00:00 GMT"
    site.replies["/de"] = replace(site.replies["/de"], validators=False, headers={"Last-Modified": long_ago})
    fresh = "Fri, 01 Jan 2100 00:00:00 GMT"
    site.replies["/ja"] = replace(site.replies["/ja"], validators=False, headers={"Last-Modified": fresh})
    listed(opened(site, tmp_path))
    site.forget()
    listed(opened(site, tmp_path))
    asked = {path: headers.get("if-modified-since") for _host, path, headers in site.requests}
    assert (asked["/de"], asked["/ja"]) == (long_ago, None)


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_no_longer_listed_and_was_this_sources(
    site: Website, tmp_path: Path, status: int
) -> None:
    before, _ = listed(opened(site, tmp_path))
    site.replies["/de"] = Reply(status=status)
    source = opened(site, tmp_path)
    items, findings = listed(source)
    assert (sorted(items), findings) == (["", "ar", "ja"], {})
    assert source.covers(before["de"].uri)


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_page_that_fails_is_a_finding_and_its_links_are_followed_as_before(
    site: Website, tmp_path: Path, status: int
) -> None:
    site.page("/de", '<h1>Rückgabe</h1><a href="/de/mehr">mehr</a>', lang="de")
    site.page("/de/mehr", "<h1>Mehr</h1><p>Noch mehr.</p>", lang="de")
    listed(opened(site, tmp_path))
    site.replies["/de"] = Reply(status=status)
    items, findings = listed(opened(site, tmp_path))
    assert findings == {f"{site.url}/de": "unreachable"}
    assert sorted(items) == ["", "ar", "de/mehr", "ja"]


def test_a_page_that_sends_on_for_now_has_not_vanished(site: Website, tmp_path: Path) -> None:
    listed(opened(site, tmp_path))
    site.page("/login", "<h1>Log in</h1>")
    site.redirect("/de", "/login", 302)
    items, findings = listed(opened(site, tmp_path))
    assert findings == {f"{site.url}/de": "unreachable"}
    assert "login" not in items


def test_a_start_page_that_is_gone_proves_nothing_of_the_site_but_all_of_a_single_page(
    site: Website, tmp_path: Path
) -> None:
    single = replace(ALLOWED, depth=0)
    listed(opened(site, tmp_path, "/de", single))
    site.replies["/"] = site.replies["/de"] = Reply(status=404)
    assert listed(opened(site, tmp_path)) == ({}, {f"{site.url}/": "unreachable"})
    page = opened(site, tmp_path, "/de", single)
    assert listed(page) == ({}, {})
    assert page.covers(f"{site.url}/de")
    assert not page.covers(f"{site.url}/ja")


def test_a_server_that_asks_to_come_again_is_asked_again(site: Website, tmp_path: Path) -> None:
    site.replies["/de"].first = [(503, {"Retry-After": "0"}), (429, {"Retry-After": "0"})]
    items, findings = listed(opened(site, tmp_path))
    assert ("de" in items, findings, site.asked().count("/de")) == (True, {}, 3)


def test_a_server_that_asks_for_an_hour_is_given_up_on_at_once(site: Website, tmp_path: Path) -> None:
    site.replies["/de"].first = [(503, {"Retry-After": "3600"})]
    _, findings = listed(opened(site, tmp_path))
    assert (findings, site.asked().count("/de")) == ({f"{site.url}/de": "unreachable"}, 1)


def test_a_host_that_has_stopped_answering_is_not_asked_for_every_page(site: Website, tmp_path: Path) -> None:
    paths = [f"/{number}" for number in range(40)]
    site.sitemap("/sitemap.xml", *paths)
    site.replies |= dict.fromkeys(paths, Reply(status=0))
    _, findings = listed(opened(site, tmp_path, "/sitemap.xml"))
    assert set(findings.values()) == {"unreachable"}
    assert len(site.asked()) < 15


def test_addresses_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path) -> None:
    cache = tmp_path / "web.db"
    assert open_web("policies/returns.md", cache, WebLimits()) is None
    for address in ("https://", "https://user:secret@host.test/", "http://host:port/"):
        with pytest.raises(IngestUserError, match="not a web address"):
            open_web(address, cache, WebLimits())
    source = open_web("HTTPS://Help.Test:443/a/../b?utm_source=x#top", cache, WebLimits())
    assert source is not None
    assert source.name == "https://help.test/b"


def test_the_cache_begins_anew_when_it_is_damaged_or_of_another_version(site: Website, tmp_path: Path) -> None:
    before, _ = listed(opened(site, tmp_path))
    (tmp_path / "web.db").write_bytes(b"no database at all" * 100)
    for ending in ("-wal", "-shm"):
        (tmp_path / f"web.db{ending}").unlink(missing_ok=True)
    assert listed(opened(site, tmp_path)) == (before, {})
