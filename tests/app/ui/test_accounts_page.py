"""Signing in, the accounts and the language of the page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.accounts.account import Account
from app.accounts.file import AccountFile
from eval.ports import free_port
from tests.app.accounts.people import PASSWORD
from tests.app.ui.pages import (
    IN_A_BROWSER,
    LONGEST_MS,
    answered,
    appears,
    ask,
    press,
    served,
    settled,
    write,
)
from tests.support.identity_provider import CLIENT_ID, identity_provider

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    accounts = AccountFile(home)
    accounts.add(Account(name="root", display_name="Grace Hopper", role="administrator"), PASSWORD)
    accounts.add(Account(name="ana", display_name="Ana <b>Lima</b>", role="agent"), PASSWORD)
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    with served(home) as url:
        yield url


def sign_in(page: Page, name: str, password: str) -> None:
    write(page.get_by_role("textbox", name="Name", exact=True), name)
    write(page.get_by_role("textbox", name="Password"), password, "Enter")


def test_an_agent_signs_in_works_under_their_own_name_and_signs_out(open_page: OpenPage) -> None:
    page = open_page("?accounts=")
    sign_in(page, "ana", "wrong password")
    appears(page.get_by_text("The name or the password is wrong."))
    expect(page.locator("[data-testid=stChatInput], [data-testid=stSidebar] button")).to_have_count(0)
    sign_in(page, "ana", PASSWORD)
    # The page of accounts, to which the address led.
    appears(page.get_by_text("Your role does not allow this."))
    settled(page)
    expect(page.get_by_role("button", name="Accounts")).to_have_count(0)
    expect(page.locator(".pd-who bdi")).to_have_text("Ana <b>Lima</b>")
    assert page.evaluate("document.cookie").find("polydesk_session") == -1  # no script reads it

    welcome = page.get_by_role("heading", name="What does the customer need to know?")
    press(page.get_by_role("button", name="New conversation"), until=welcome)
    ask(page, "كم مدة الضمان؟ دفعت 9000 ريال سعودي")
    answered(page, 88)
    page.reload()
    answered(page, 88)
    name = page.get_by_role("textbox", name="Your name")
    press(page.get_by_role("button", name="Open the case"), until=name)
    expect(name).to_have_value("Ana <b>Lima</b>")
    expect(name).to_be_disabled()
    looked_after = page.get_by_text("Ana <b>Lima</b> looks after it")
    press(page.get_by_role("button", name="I look after it"), until=looked_after)

    german = page.get_by_role("option", name="Deutsch")
    press(page.get_by_role("combobox", name="Language of this page"), until=german)
    press(german, until=page.get_by_role("button", name="Neue Unterhaltung"))
    press(page.get_by_role("button", name="Abmelden"), until=page.get_by_role("textbox", name="Password"))
    page = open_page("?queue=1")
    appears(page.get_by_role("textbox", name="Password"))
    settled(page)
    expect(page.locator(".pd-case-asked")).to_have_count(0)


def test_an_administrator_adds_an_account_and_a_lock_counts_at_once(open_page: OpenPage, browser: Browser) -> None:
    page = open_page("?accounts=")
    sign_in(page, "root", PASSWORD)
    press(page.get_by_text("New account"), until=page.get_by_role("textbox", name="Name to show"))
    write(page.get_by_role("textbox", name="Name to sign in with"), "ben")
    write(page.get_by_role("textbox", name="Name to show"), "Ben Okri")
    write(page.get_by_role("textbox", name="First password"), "short")
    add = page.get_by_role("button", name="Add account")
    press(add, until=page.get_by_text("the password is too short"))
    write(page.get_by_role("textbox", name="First password"), PASSWORD)
    press(add, until=page.get_by_text("Ben Okri can sign in now."))

    their_context = browser.new_context(locale="en-GB")
    their_context.set_default_timeout(LONGEST_MS)
    theirs = their_context.new_page()
    theirs.goto(page.url.partition("?")[0])
    sign_in(theirs, "ben", PASSWORD)
    appears(theirs.locator("[data-testid=stChatInput] textarea"))
    press(page.locator("[class*=st-key-lock-ben] button").first, until=page.get_by_text("ben is locked."))
    appears(theirs.get_by_text("You have been signed out"))  # though nobody touches that page
    expect(theirs.get_by_role("textbox", name="Password")).to_be_visible()
    expect(theirs.locator("[data-testid=stChatInput]")).to_have_count(0)
    their_context.close()
    press(page.locator("[class*=st-key-lock-root] button").first, until=page.get_by_text("last administrator"))


def test_an_identity_provider_vouches_for_whom_the_file_maps_to_a_role(context: BrowserContext, tmp_path: Path) -> None:
    (tmp_path / "accounts.yaml").write_text("oidc_roles: {support-desk: auditor}\n", encoding="utf-8")
    port = free_port()
    with identity_provider(sub="4711", name="Yuki Tanaka", groups=["all", "support-desk"]) as provider:
        settings = {
            "POLYDESK_OIDC_CLIENT_ID": CLIENT_ID,
            "POLYDESK_OIDC_CLIENT_SECRET": "a secret of the client",
            "POLYDESK_OIDC_METADATA_URL": f"{provider}/.well-known/openid-configuration",
            "POLYDESK_OIDC_COOKIE_SECRET": "0123456789abcdef0123456789abcdef",
            "POLYDESK_OIDC_REDIRECT_URI": f"http://127.0.0.1:{port}/oauth2callback",
            "POLYDESK_OIDC_ROLE_CLAIM": "groups",
        }
        with served(tmp_path, port=port, **settings) as url:
            page = context.new_page()
            page.goto(url)
            who, way_in = page.locator(".pd-who"), page.get_by_role("button", name="Sign in with your organisation")
            press(way_in, until=who)
            expect(who).to_contain_text("Yuki Tanaka")
            expect(who).to_contain_text("Auditor")
            settled(page)
            expect(page.locator("[data-testid=stChatInput]")).to_have_count(0)  # an auditor reads
            locked = Account(name="oidc:4711", display_name="Yuki", role="auditor", locked=True)
            AccountFile(tmp_path).add(locked, password=None)
            press(page.get_by_role("button", name="Search documents"), until=way_in)
            page.close()
    assert not list(tmp_path.rglob("secrets.toml"))
    context.clear_cookies()
