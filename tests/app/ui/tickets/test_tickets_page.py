"""The page of tickets in a real browser: found, sorted out, corrected, handed over, with the keyboard and without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.conversations.database import default_url
from app.conversations.sessions import Sessions
from app.desk.inbox.importing import TicketImport
from app.desk.inbox.records import Label
from app.desk.inbox.store import TicketStore
from ingest.sources.tickets import Message, Ticket
from tests.app.ui.pages import IN_A_BROWSER, OpenPage
from tests.support.hashed_embedder import hashed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = IN_A_BROWSER

ARABIC = "أين <b>طلبي</b>؟"
NOW = datetime.now(UTC)  # what is shown of it is how long ago it was


def ticket(number: int, text: str, hours: int, **more: object) -> Ticket:
    at = (NOW - timedelta(hours=hours)).isoformat(timespec="seconds")
    said = [Message(author="customer", at=at, text=text)]
    if number == 2:
        said.append(Message(author="agent", name="Ana Lima", at=at, text="Two left.", internal=True))
    values = {"id": f"T-{number}", "customer_id": f"C-{number}", "subject": f"Matter {number}", "created_at": at}
    return Ticket.model_validate(values | {"messages": said, "language": "en"} | more)


@pytest.fixture(scope="module", autouse=True)
def inbox(home: Path, models_folder: Path) -> TicketStore:
    (home / "models").symlink_to(models_folder)
    sessions = Sessions(default_url(home))
    store = TicketStore(sessions)
    many = [ticket(number, f"About thing {number}", 100 - number, status="closed") for number in range(100, 130)]
    importing = TicketImport(sessions, hashed, lambda _: None, lambda _: lambda _done, _of: None)
    tickets = [
        ticket(1, "My mower shows E-17.", 300, customer_id="C-2", subject="Mower", status="closed"),
        ticket(2, ARABIC, 72, subject=ARABIC, language="ar", queue="Shipping", priority="urgent"),
        ticket(3, "My zeppelin leaks.", 50, subject="Zeppelin", queue="Payments", sentiment="negative"),
        ticket(4, "My zeppelin leaks again.", 49, customer_id="C-3", subject="Zeppelin again", queue="Payments"),
        *many,
    ]
    importing.run(tickets, "zendesk")
    guessed = store.numbered("T-3").conversation_id
    store.guess(guessed, {"type": Label("problem", "triage", 0.62, True, ("leaks",))})
    return store


def at_list(page: Page) -> None:
    page.get_by_role("button", name="Tickets: 3 open").click()
    page.get_by_text("3 tickets").wait_for()
    page.locator(".pd-ticket-cells").nth(2).wait_for()


def titles(page: Page) -> list[str]:
    return page.locator("[class*=st-key-ticket-open-] button").all_inner_texts()


def fits(page: Page, width: int) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


def test_a_ticket_is_found_corrected_closed_and_another_handed_over(open_page: OpenPage, inbox: TicketStore) -> None:
    page = open_page()
    at_list(page)
    assert titles(page) == [ARABIC, "Zeppelin", "Zeppelin again"]  # who waits longest
    assert "Waits 3 days" in page.locator(".pd-ticket-cells").first.inner_text()
    assert "repeats T-3" in page.locator(".pd-ticket-cells").nth(2).inner_text()

    page.get_by_role("searchbox").or_(page.locator(".st-key-tickets-search input")).first.fill("zeppelin")
    page.keyboard.press("Enter")
    page.get_by_text("2 tickets").wait_for()
    page.locator(".st-key-tickets-search input").fill("")
    page.keyboard.press("Enter")
    page.get_by_text("3 tickets").wait_for()

    page.locator("h1").click()  # out of the field
    for _ in range(2):
        rows = page.locator("[class*=st-key-ticket-current-]").count()
        page.keyboard.press("j")
        page.locator("[class*=st-key-ticket-current-]").first.wait_for()
        page.wait_for_timeout(400 if rows else 0)
    page.locator("[class*=st-key-ticket-current-]", has_text="T-3").wait_for()
    page.keyboard.press("o")
    page.locator(".pd-message-text", has_text="My zeppelin leaks.").wait_for()
    page.get_by_text("62 % certain").wait_for()
    page.get_by_role("button", name="Repeated by T-4").wait_for()

    page.get_by_role("textbox", name="Your name").fill("Bo Li")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="That is right").click()
    page.get_by_text("Set by an agent").wait_for()
    queue = page.get_by_role("combobox", name="Queue")
    queue.fill("Technical")
    page.keyboard.press("Enter")
    page.get_by_text("Set by an agent").nth(1).wait_for()
    page.get_by_role("textbox", name="Internal note").fill("Ask <i>the</i> pilot.")
    page.get_by_role("button", name="Add note").click()
    page.locator(".pd-message-internal", has_text="Ask <i>the</i> pilot.").wait_for()
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Tickets: 2 open").wait_for()
    known = inbox.numbered("T-3")
    assert (known.status, known.labels["queue"], known.labels["type"].by) == (
        "closed", Label("Technical", "agent"), "agent",
    )  # fmt: skip
    assert {each.by for each in inbox.corrections(known.conversation_id)} == {"Bo Li"}

    page.get_by_role("button", name="Repeated by T-4").click()
    page.get_by_role("button", name="It is no duplicate").click()
    page.locator(".st-key-ticket-duplicates").wait_for(state="detached")
    page.get_by_role("button", name="All tickets").click()
    page.locator("[class*=st-key-ticket-open-] button", has_text="طلبي").click()
    page.locator(".pd-message-internal", has_text="Two left.").wait_for()
    text = page.locator(".pd-message-customer .pd-message-text")
    assert (text.inner_text(), text.get_attribute("dir")) == (ARABIC, "rtl")
    page.get_by_text("My mower shows E-17.").wait_for()  # what this customer asked before
    page.get_by_role("button", name="Hand over").first.click()
    page.locator("[data-testid=stPopoverBody]").get_by_role("button", name="Hand over").click()
    page.locator(".pd-case-asked", has_text="طلبي").wait_for()
    page.locator(".pd-case-title", has_text="n agent handed the case over").wait_for()
    page.get_by_role("button", name="Open the ticket").click()
    page.get_by_role("button", name="Case 1").wait_for()


def test_filters_pages_and_a_narrow_screen(open_page: OpenPage, server: str) -> None:
    page = open_page(width=400)
    page.goto(f"{server}/?tickets=")
    page.locator(".pd-ticket-cells").first.wait_for()
    assert fits(page, 400)
    page.get_by_role("button", name="Closed").click()
    page.get_by_text("1–25 of").wait_for()
    page.get_by_role("button", name="Next page").click()
    page.get_by_text("26–").wait_for()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("textbox", name="Customer").fill("C-128")
    page.keyboard.press("Enter")
    page.get_by_text("1 ticket", exact=False).first.wait_for()
    page.keyboard.press("Escape")
    page.locator("[class*=st-key-ticket-open-] button", has_text="Matter 128").click()
    page.locator(".pd-message").wait_for()
    assert fits(page, 400)
    page.get_by_text("This customer has not written before.").wait_for()
    page.get_by_role("button", name="All tickets").click()
    page.get_by_role("button", name="Filters (1)").wait_for()  # the list is as it was left


def test_addresses_lead_to_tickets_or_say_that_they_are_gone(
    open_page: OpenPage, server: str, inbox: TicketStore
) -> None:
    page = open_page()
    page.goto(f"{server}/?tickets=nothing")
    page.get_by_text("This ticket does not exist any more.").wait_for()
    page.locator(".pd-ticket-cells").first.wait_for()
    page.goto(f"{server}/?c={inbox.numbered('T-1').conversation_id}")
    page.locator(".pd-message-text", has_text="My mower shows E-17.").wait_for()
