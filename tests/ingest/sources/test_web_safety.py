"""A web source goes to public addresses alone, and no answer can fill its memory, its disk or its time."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.sources.web import WebLimits
from ingest.sources.web.guard import is_allowed
from ingest.sources.web.source import WebSource
from tests.ingest.sources.web_listing import ALLOWED, in_turn, listed, names, opened
from tests.support.patience import PATIENCE_S
from tests.support.website import Reply, Website

PUBLIC = "93.184.215.14"


@pytest.fixture
def site() -> Iterator[Website]:
    with Website() as website:
        website.page("/", "<h1>Help</h1><p>Start.</p>")
        yield website


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 100.64.0.1 169.254.169.254 224.0.0.1
    255.255.255.255 100.100.100.200 168.63.129.16 192.0.0.192 :: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 ff02::1
    ::ffff:127.0.0.1 ::ffff:169.254.169.254 64:ff9b::a00:1 2002:7f00:1:: 2002:a9fe:a9fe::""".split(),  # noqa: SIM905
)
def test_addresses_that_are_not_public_are_refused(address: str) -> None:
    assert not is_allowed(address, private=False)


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_not_refused(address: str) -> None:
    assert is_allowed(address, private=False)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("fd12::1", True), ("100.64.0.1", True)]
    + [(address, False) for address in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "ff02::1", "0.0.0.0")],  # noqa: S104
)
def test_private_networks_can_be_allowed_and_metadata_services_cannot(address: str, allowed: bool) -> None:
    assert is_allowed(address, private=True) is allowed


def test_loopback_is_refused_by_default(site: Website, tmp_path: Path) -> None:
    assert listed(opened(site, tmp_path, limits=WebLimits())) == ({}, {f"{site.url}/": "private-address"})
    assert site.requests == []


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "127.1"])
def test_loopback_is_refused_however_it_is_written(site: Website, tmp_path: Path, host: str) -> None:
    source = WebSource(f"http://{host}:{site.port}/", tmp_path / "web.db", WebLimits(seconds=5.0))
    assert list(listed(source)[1].values()) == ["private-address"]
    assert site.requests == []


def test_one_private_host_can_be_allowed_and_another_stays_refused(site: Website, tmp_path: Path) -> None:
    limits = WebLimits(private_hosts=("wiki.test",), hosts=("secret.test",), seconds=5.0)
    site.page("/", f'<h1>Help</h1><a href="http://secret.test:{site.port}/x">x</a>')
    resolver = names("wiki.test", "secret.test")
    source = WebSource(f"http://wiki.test:{site.port}/", tmp_path / "web.db", limits, resolver)
    items, findings = listed(source)
    assert (list(items), list(findings.values())) == ([""], ["private-address"])
    assert {host for host, _path, _headers in site.requests} == {f"wiki.test:{site.port}"}


def test_a_redirect_to_a_private_address_is_refused(site: Website, tmp_path: Path) -> None:
    limits = WebLimits(private_hosts=("wiki.test",), hosts=("127.0.0.1",), seconds=5.0)
    site.page("/", '<h1>Help</h1><a href="/x">x</a>')
    site.redirect("/x", f"{site.url}/secret")
    site.page("/secret", "<h1>Secret</h1>")
    source = WebSource(f"http://wiki.test:{site.port}/", tmp_path / "web.db", limits, names("wiki.test", "127.0.0.1"))
    items, findings = listed(source)
    assert (list(items), list(findings.values())) == ([""], ["private-address"])
    assert "/secret" not in site.asked()


def test_redirects_out_of_the_site_or_to_other_schemes_are_not_followed(site: Website, tmp_path: Path) -> None:
    site.page("/", '<h1>Help</h1><a href="/out">1</a> <a href="/file">2</a>')
    site.redirect("/out", f"http://localhost:{site.port}/de")
    site.redirect("/file", "file:///etc/passwd")
    items, findings = listed(opened(site, tmp_path))
    assert (list(items), findings) == ([""], {})
    assert set(site.asked()) == {"/", "/out", "/file"}


def test_a_start_page_that_leads_to_another_host_names_it_and_is_not_followed(site: Website, tmp_path: Path) -> None:
    site.redirect("/", f"http://login.test:{site.port}/", 302)
    entries = list(opened(site, tmp_path).items())
    assert len(entries) == 1
    assert "http://login.test" in str(entries[0])


def test_a_circle_of_redirects_ends(site: Website, tmp_path: Path) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    assert list(listed(opened(site, tmp_path, "/a", replace(ALLOWED, depth=0)))[1].values()) == ["unreachable"]


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(site: Website, tmp_path: Path) -> None:
    """Each connection asks once, and goes where it was told: there is no second answer to be fooled by."""
    resolver, asked = in_turn(["127.0.0.1"], [PUBLIC])
    site.replies["/"].headers = {"Connection": "close"}
    source = WebSource(f"http://rebind.test:{site.port}/", tmp_path / "a.db", WebLimits(seconds=1.0), resolver)
    assert list(listed(source)[1].values()) == ["private-address"]
    assert (asked(), site.requests) == (1, [])


def test_a_name_with_one_private_address_among_public_ones_is_refused(site: Website, tmp_path: Path) -> None:
    resolver, _asked = in_turn([PUBLIC, "127.0.0.1"])
    source = WebSource(f"http://mixed.test:{site.port}/", tmp_path / "web.db", WebLimits(seconds=1.0), resolver)
    assert list(listed(source)[1].values()) == ["private-address"]


def test_the_next_connection_checks_anew(site: Website, tmp_path: Path) -> None:
    limits = replace(ALLOWED, seconds=1.0)
    site.replies["/robots.txt"] = Reply(b"User-agent: *\nDisallow:", "text/plain", headers={"Connection": "close"})
    resolver, asked = in_turn(["127.0.0.1"], ["169.254.169.254"])
    source = WebSource(f"http://rebind.test:{site.port}/", tmp_path / "web.db", limits, resolver)
    assert list(listed(source)[1].values()) == ["private-address"]
    assert (asked(), site.asked()) == (2, [])


def test_proxies_of_the_environment_are_not_used(
    site: Website, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert list(listed(opened(site, tmp_path))[0]) == [""]


def test_nothing_that_names_the_visitor_is_kept_between_requests(site: Website, tmp_path: Path) -> None:
    site.page("/", '<h1>Help</h1><a href="/a">a</a>')
    site.page("/a", "<h1>A</h1>")
    site.replies["/"].headers = {"Set-Cookie": "id=1; Path=/"}
    listed(opened(site, tmp_path))
    assert all("cookie" not in headers for _host, _path, headers in site.requests)
    assert all(headers["user-agent"].startswith("polydesk/") for _host, _path, headers in site.requests)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_small_answer_that_unpacks_to_a_big_one_is_given_up_on(site: Website, tmp_path: Path, encoding: str) -> None:
    import tracemalloc

    zeros = b"\0" * 200_000_000
    bomb = gzip.compress(zeros, mtime=0) if encoding == "gzip" else zlib.compress(zeros)
    del zeros
    site.replies["/bomb"] = Reply(bomb, headers={"Content-Encoding": encoding})
    site.page("/", '<h1>Help</h1><a href="/bomb">x</a>')
    tracemalloc.start()
    items, findings = listed(opened(site, tmp_path, limits=replace(ALLOWED, page_bytes=1_000_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (list(items), findings) == ([""], {f"{site.url}/bomb": "too-large"})
    assert peak < 20_000_000


def test_an_honest_packed_page_is_read(site: Website, tmp_path: Path) -> None:
    body = site.replies["/"].body
    for number, packed in enumerate((gzip.compress(body, mtime=0), zlib.compress(body), zlib.compress(body)[2:-4])):
        encoding = "deflate" if number else "gzip"
        site.replies["/"] = Reply(packed, headers={"Content-Encoding": encoding})
        items, findings = listed(opened(site, tmp_path / str(number)))
        assert (items[""].title, findings) == ("Help", {})


@pytest.mark.parametrize(
    ("packed", "encoding"), [(b"no gzip", "gzip"), (gzip.compress(b"<p>text", mtime=0)[:-9], "gzip"), (b"x", "br")]
)
def test_an_answer_that_cannot_be_unpacked_is_a_finding(
    site: Website, tmp_path: Path, packed: bytes, encoding: str
) -> None:
    site.replies["/"] = Reply(packed, headers={"Content-Encoding": encoding})
    assert list(listed(opened(site, tmp_path))[1].values()) == ["unreachable"]


def test_a_body_over_the_limit_is_a_finding_and_the_rest_is_listed(site: Website, tmp_path: Path) -> None:
    site.page("/", '<h1>Help</h1><a href="/big">x</a> <a href="/small">y</a>')
    site.page("/big", "<h1>Big</h1>" + "<p>word</p>" * 10_000)
    site.page("/small", "<h1>Small</h1>")
    items, findings = listed(opened(site, tmp_path, limits=replace(ALLOWED, page_bytes=50_000)))
    assert (list(items), findings) == (["", "small"], {f"{site.url}/big": "too-large"})


def test_the_bytes_of_all_pages_together_are_bounded(site: Website, tmp_path: Path) -> None:
    site.sitemap("/sitemap.xml", *(f"/{number}" for number in range(20)))
    for number in range(20):
        site.page(f"/{number}", f"<h1>{number}</h1>" + "<p>word</p>" * 1000)
    items, findings = listed(opened(site, tmp_path, "/sitemap.xml", replace(ALLOWED, total_bytes=60_000)))
    assert 0 < len(items) < 6
    assert list(findings.values()) == ["too-large"]


def test_an_answer_that_trickles_is_given_up_on_in_time(tmp_path: Path) -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    while True:
                        connection.sendall(b"H")
                        time.sleep(0.1)
                except OSError:
                    return

        threading.Thread(target=trickle, daemon=True).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        limits = replace(ALLOWED, seconds=0.5, depth=0)
        begin = time.monotonic()
        assert list(listed(WebSource(url, tmp_path / "web.db", limits))[1].values()) == ["unreachable"]
        assert time.monotonic() - begin < PATIENCE_S


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]><urlset><url><loc>http://x.test/&i;</loc></url></urlset>",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>http://x.test/&a;</loc></url></urlset>',
        "<urlset><url><loc>http://x.test/</loc>",
    ],
    ids=["many entities", "outside entity", "cut off"],
)
def test_a_hostile_sitemap_is_refused_with_a_reason(site: Website, tmp_path: Path, xml: str) -> None:
    site.replies["/sitemap.xml"] = Reply(xml.encode(), "application/xml")
    begin = time.process_time()
    assert listed(opened(site, tmp_path, "/sitemap.xml")) == ({}, {f"{site.url}/sitemap.xml": "unreadable"})
    assert time.process_time() - begin < 2


def test_a_packed_sitemap_that_unpacks_to_too_much_is_refused(site: Website, tmp_path: Path) -> None:
    site.replies["/sitemap.xml.gz"] = Reply(gzip.compress(b" " * 50_000_000, mtime=0), "application/gzip")
    limits = replace(ALLOWED, file_bytes=1_000_000)
    assert listed(opened(site, tmp_path, "/sitemap.xml.gz", limits))[1] == {f"{site.url}/sitemap.xml.gz": "too-large"}
