"""A sitemap in the knowledge base: what is unchanged is neither downloaded nor embedded, what is gone is retired."""

from __future__ import annotations

from pathlib import Path

from ingest.pipeline import Summary
from ingest.runs import ingest_into
from tests.ingest.shelf import Shelf
from tests.ingest.sources.web_listing import opened, serve_languages
from tests.support.website import Website


def ingested(shelf: Shelf, site: Website, folder: Path) -> Summary:
    source = opened(site, folder, "/sitemap.xml")
    try:
        return ingest_into(shelf.knowledge, [source])
    finally:
        source.close()


def test_a_second_pass_over_a_sitemap_downloads_and_embeds_nothing(shelf: Shelf, tmp_path: Path) -> None:
    with Website() as site:
        serve_languages(site)
        site.sitemap("/sitemap.xml", "/de", "/ja", "/ar")
        assert ingested(shelf, site, tmp_path).added == 3
        site.forget()
        second = ingested(shelf, site, tmp_path)
        assert (second.unchanged, second.embedded, second.retired) == (3, 0, 0)
        assert {path: count for path, count in site.bodies.items() if path != "/robots.txt"} == {}
        assert {"/de", "/ja", "/ar"} <= set(site.unchanged)


def test_a_changed_page_is_read_again_and_a_page_that_is_gone_is_retired(shelf: Shelf, tmp_path: Path) -> None:
    with Website() as site:
        serve_languages(site)
        site.sitemap("/sitemap.xml", "/de", "/ja", "/ar")
        ingested(shelf, site, tmp_path)
        site.page("/de", "<h1>Rückgabe</h1><p>60 Tage ab Erhalt.</p>", lang="de-AT")
        site.sitemap("/sitemap.xml", "/de", "/ja")
        third = ingested(shelf, site, tmp_path)
        assert (third.changed, third.unchanged, third.retired) == (1, 1, 1)
        assert "60 Tage ab Erhalt." in shelf.texts("Rückgabe")
        assert not any("٣٠" in text for text in shelf.texts("الإرجاع"))
