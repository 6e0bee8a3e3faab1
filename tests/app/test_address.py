"""Under which names the page answers, and when that is beyond this machine."""

from __future__ import annotations

import pytest

from app.address import allowed_hosts, is_exposed
from app.errors import AppUserError
from app.settings import Settings


@pytest.mark.parametrize(
    ("host", "public_url", "exposed", "named"),
    [
        ("127.0.0.1", None, False, set()),
        ("::1", "http://localhost:8501", False, set()),
        ("10.0.0.7", None, True, {"10.0.0.7"}),
        ("0.0.0.0", "https://desk.example.com", True, {"desk.example.com"}),  # noqa: S104  # it is read, not listened on
        ("127.0.0.1", "https://desk.example.com/", True, {"desk.example.com"}),
    ],
)
def test_only_names_that_are_ours_are_answered(
    host: str, public_url: str | None, exposed: bool, named: set[str]
) -> None:
    settings = Settings(host=host, public_url=public_url)
    assert is_exposed(settings) is exposed
    assert set(allowed_hosts(settings)) == {"127.0.0.1", "localhost", "::1"} | named


@pytest.mark.parametrize("url", ["desk.example.com", "ftp://x.example", "https://x.example/desk", "https://"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(AppUserError, match="POLYDESK_PUBLIC_URL"):
        allowed_hosts(Settings(public_url=url))
