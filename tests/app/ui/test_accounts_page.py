"""Signing in, the accounts and the language of the page, in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.accounts.account import Account
from app.accounts.file import AccountFile
from tests.app.accounts.people import PASSWORD
from tests.app.ui.pages import IN_A_BROWSER, SECONDS, answered, ask, free_port, served
from tests.support.identity_provider import CLIENT_ID, identity_provider

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    accounts = AccountFile(home)
    accounts.add(Account(name="root", display_name="Grace Hopper", role="administrator"), PASSWORD)
    accounts.add(Account(name="ana", display_name="Ana <b>Lima</b>", role="agent"), PASSWORD)
    return home


@pytest.fixture
def page(context: BrowserContext, server: str) -> Page:
    context.clear_cookies()
    page = context.new_page()
    page.set_default_timeout(45 * SECONDS)
    return page


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("textbox", name="Password").fill(password)
    page.keyboard.press("Enter")


def test_an_agent_signs_in_works_under_their_own_name_and_signs_out(page: Page, server: str) -> None:
    page.goto(f"{server}/?accounts=")
    sign_in(page, "ana", "wrong password")
    page.get_by_text("The name or the password is wrong.").wait_for()
    assert page.locator("[data-testid=stChatInput], [data-testid=stSidebar] button").count() == 0
    sign_in(page, "ana", PASSWORD)
    page.get_by_text("Your role does not allow this.").wait_for()  # the page of accounts, to which the address led
    assert page.get_by_role("button", name="Accounts").count() == 0
    assert page.locator(".pd-who bdi").inner_text() == "Ana <b>Lima</b>"
    assert page.evaluate("document.cookie").find("polydesk_session") == -1  # no script reads it

    page.get_by_role("button", name="New conversation").click()
    ask(page, "كم مدة الضمان؟ دفعت 9000 ريال سعودي")
    answered(page, 88)
    page.reload()
    answered(page, 88)
    page.get_by_role("button", name="Open the case").click()
    name = page.get_by_role("textbox", name="Your name")
    name.wait_for()
    assert (name.input_value(), name.is_disabled()) == ("Ana <b>Lima</b>", True)
    page.get_by_role("button", name="I look after it").click()
    page.get_by_text("Ana <b>Lima</b> looks after it").wait_for()

    page.get_by_role("combobox", name="Language of this page").click()
    page.get_by_role("option", name="Deutsch").click()
    page.get_by_role("button", name="Neue Unterhaltung").wait_for()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_role("textbox", name="Password").wait_for()
    page.goto(f"{server}/?queue=1")
    page.get_by_role("textbox", name="Password").wait_for()
    assert page.locator(".pd-case-asked").count() == 0


def test_an_administrator_adds_an_account_and_a_lock_counts_at_once(
    page: Page, context: BrowserContext, server: str
) -> None:
    page.goto(f"{server}/?accounts=")
    sign_in(page, "root", PASSWORD)
    page.get_by_text("New account").click()
    page.get_by_role("textbox", name="Name to sign in with").fill("ben")
    page.get_by_role("textbox", name="Name to show").fill("Ben Okri")
    page.get_by_role("textbox", name="First password").fill("short")
    page.get_by_role("button", name="Add account").click()
    page.get_by_text("the password is too short").wait_for()
    page.get_by_role("textbox", name="First password").fill(PASSWORD)
    page.get_by_role("button", name="Add account").click()
    page.get_by_text("Ben Okri can sign in now.").wait_for()

    browser = context.browser
    assert browser is not None
    theirs = browser.new_context(locale="en-GB").new_page()
    theirs.set_default_timeout(45 * SECONDS)
    theirs.goto(server)
    sign_in(theirs, "ben", PASSWORD)
    theirs.locator("[data-testid=stChatInput] textarea").wait_for()
    page.locator("[class*=st-key-lock-ben] button").first.click()
    page.get_by_text("ben is locked.").wait_for()
    theirs.get_by_role("button", name="Search documents").click()
    theirs.get_by_role("textbox", name="Password").wait_for()
    theirs.context.close()
    page.locator("[class*=st-key-lock-root] button").first.click()
    page.get_by_text("last administrator").wait_for()


def test_an_identity_provider_vouches_for_whom_the_file_maps_to_a_role(page: Page, tmp_path: Path) -> None:
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
            page.goto(url)
            page.get_by_role("button", name="Sign in with your organisation").click()
            page.locator(".pd-who", has_text="Yuki Tanaka").wait_for()
            assert "Auditor" in page.locator(".pd-who").inner_text()
            assert page.locator("[data-testid=stChatInput]").count() == 0  # an auditor reads
            AccountFile(tmp_path).add(
                Account(name="oidc:4711", display_name="Yuki", role="auditor", locked=True), password=None
            )
            page.get_by_role("button", name="Search documents").click()
            page.get_by_role("button", name="Sign in with your organisation").wait_for()
            assert not list(tmp_path.rglob("secrets.toml"))
