"""A day at the desk in a real browser: an agent in English, then somebody of operations in German."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.accounts.account import Account
from app.accounts.file import AccountFile
from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.desk.inbox.importing import TicketImport
from app.desk.inbox.records import Label
from app.desk.inbox.store import TicketStore
from app.ui.wording import words_for
from ingest.sources.tickets import Message, Ticket
from tests.app.accounts.people import PASSWORD
from tests.app.desk.changes.conftest import changed_home, copied_home
from tests.app.ui.pages import IN_A_BROWSER, SECONDS, served
from tests.support.hashed_embedder import hashed

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

__all__ = ["changed_home"]
pytestmark = IN_A_BROWSER
NOW = datetime.now(UTC)  # what is shown of it is how long ago it was
JAPANESE = "荷物はいつ届くのでしょうか？"
DE = words_for("de")


def ticket(number: int, text: str, **more: object) -> Ticket:
    at = (NOW - timedelta(days=20 - number)).isoformat(timespec="seconds")
    said = (Message(author="customer", at=at, text=text),)
    values = {"id": f"T-{number}", "customer_id": f"C-{number}", "subject": f"Matter {number}", "created_at": at}
    return Ticket.model_validate(values | {"messages": said, "language": "en"} | more)


@pytest.fixture(scope="module")
def inbox(home: Path) -> TicketStore:
    sessions = Sessions(default_url(home))
    store = TicketStore(sessions)
    earlier = ticket(1, "配送先を変更できますか。", customer_id="C-2", language="ja", subject="住所", status="closed")
    japanese = ticket(2, JAPANESE, language="ja", subject="配送")
    others = [ticket(number, f"About thing {number}.") for number in range(3, 12)]
    importing = TicketImport(sessions, hashed, lambda _: None, lambda _: lambda _done, _of: None)
    importing.run([earlier, japanese, *others], "zendesk")
    for number in range(2, 12):
        store.guess(store.numbered(f"T-{number}").conversation_id, {"queue": Label("Shipping", "triage", 0.55, True)})
    return store


@pytest.fixture(scope="module")
def home(changed_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copied_home(changed_home, tmp_path_factory.mktemp("day"))
    accounts = AccountFile(home)
    accounts.add(Account(name="root", display_name="Root", role="administrator"), PASSWORD)
    accounts.add(Account(name="ana", display_name="Ana Lima", role="agent"), PASSWORD)
    accounts.add(Account(name="otto", display_name="Otto Weiß", role="operations", language="de"), PASSWORD)
    return home


@pytest.fixture(scope="module")
def server(home: Path, inbox: TicketStore) -> Iterator[str]:
    with served(home) as url:
        yield url


@pytest.fixture
def page(context: BrowserContext, server: str) -> Page:
    context.clear_cookies()
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.set_default_timeout(45 * SECONDS)
    page.goto(server)
    return page


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="Name", exact=True).fill(name)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def in_queue(page: Page, queue: str) -> None:
    field = page.get_by_role("combobox", name="Queue")
    field.fill(queue)
    page.keyboard.press("Enter")


def test_an_agent_goes_through_a_day_in_english(page: Page, inbox: TicketStore) -> None:
    sign_in(page, "ana")
    page.get_by_role("button", name="Tickets: 10 open").click()
    page.get_by_text("10 tickets").wait_for()
    page.locator("[class*=st-key-ticket-open-] button", has_text="Matter 3").click()
    for number, queue in enumerate(("Returns", "Technical", *["Shipping"] * 7), start=3):  # two of them are corrected
        page.locator(".pd-message-text", has_text=f"About thing {number}.").wait_for()
        if queue == "Shipping":
            page.get_by_role("button", name="That is right").click()
        else:
            in_queue(page, queue)
        page.get_by_text("Set by an agent").wait_for()
        if number < 11:
            page.locator(".st-key-ticket-next button").click()
    page.get_by_role("button", name="All tickets").click()
    assert [inbox.numbered(f"T-{number}").labels["queue"].value for number in (3, 4, 5, 11)] == [
        "Returns", "Technical", "Shipping", "Shipping",
    ]  # fmt: skip

    page.locator("[class*=st-key-ticket-open-] button", has_text="配送").click()
    page.locator(".pd-message-text", has_text=JAPANESE).wait_for()
    page.locator(".st-key-ticket-history", has_text="配送先を変更できますか。").wait_for()
    page.get_by_role("button", name="Write a draft").click()
    editor = page.locator("[class*=st-key-draft-edit-] textarea")
    editor.wait_for()
    draft = editor.input_value()
    assert "通常のご注文は2営業日以内に出荷" in draft
    editor.fill(draft.replace("2営業日", "9営業日"))
    editor.press("Control+Enter")
    page.get_by_text("1 sentence of yours that you should look at again").wait_for()
    editor.fill(draft)
    editor.press("Control+Enter")
    page.get_by_text("Everything here stands in the sources").wait_for()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Sent by Ana Lima").wait_for()
    page.get_by_role("button", name="Tickets: 9 open").wait_for()
    sent = inbox.ticket(inbox.numbered("T-2").conversation_id).messages[-1]
    assert (sent.author, sent.name, sent.text) == ("agent", "Ana Lima", draft)

    page.get_by_role("button", name="All tickets").click()
    page.locator("[class*=st-key-ticket-open-] button", has_text="Matter 11").click()
    page.get_by_role("button", name="Hand over").first.click()
    page.locator("[data-testid=stPopoverBody]").get_by_role("button", name="Hand over").click()
    page.locator(".pd-case-asked", has_text="About thing 11.").wait_for()

    page.get_by_role("button", name="Policy updates").click()
    card = page.locator("[class*=st-key-update-unread-]", has_text="Returns in Germany")
    card.get_by_role("button", name="Read the change").click()
    page.locator(".pd-update-side ins", has_text="30 days").first.wait_for()
    page.get_by_role("button", name="I have read this").click()
    page.get_by_text("Read by Ana Lima").wait_for()

    page.get_by_role("button", name="Search documents").click()
    page.get_by_label("Question or words").fill("How long is the guarantee?")
    page.keyboard.press("Enter")
    page.locator(".pd-hit").first.wait_for()
    page.locator("[class*=st-key-flag-] button").first.click()
    page.get_by_role("textbox", name="What is wrong").fill("It is three years.")
    page.get_by_role("button", name="Tell the people").click()
    page.get_by_text("It is on their list.").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("textbox", name="Password").wait_for()


def test_operations_sees_to_what_came_up_in_german(page: Page, inbox: TicketStore) -> None:
    sign_in(page, "otto")
    page.get_by_role("button", name=DE("sidebar.knowledge.open", count=1)).click()
    page.get_by_text(DE("knowledge.counted", name=DE("knowledge.section.reports"), count=1)).click()
    page.get_by_text("It is three years.").wait_for()
    page.get_by_role("textbox", name=DE("report.outcome")).fill("korrigiert")
    page.get_by_role("button", name=DE("report.settle")).click()
    page.get_by_text(DE("report.none")).wait_for()

    page.get_by_role("button", name=DE("sidebar.queue.open", count=1)).click()
    page.locator("[class*=st-key-look-] button").first.click()
    page.get_by_role("button", name=DE("case.acknowledge")).click()
    page.get_by_text(DE("case.acknowledged", name="Otto Weiß")).wait_for()
    page.get_by_role("button", name=DE("case.open_ticket")).click()
    page.locator(".pd-message-text", has_text="About thing 11.").wait_for()
    assert page.get_by_role("button", name=DE("drafts.write")).count() == 0  # replying is for agents
    page.get_by_role("combobox", name=DE("tickets.queue"), disabled=True).wait_for()
    page.get_by_role("button", name=DE("sign_in.leave")).click()
    page.get_by_role("textbox", name="Password").wait_for()
