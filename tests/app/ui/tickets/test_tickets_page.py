"""The page of tickets in a real browser: found, sorted out, corrected, handed over, with the keyboard and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from app.desk.inbox.records import Label
from app.desk.inbox.store import TicketStore
from tests.app.ui.pages import IN_A_BROWSER, appears, becomes, fits, press, settled, write
from tests.app.ui.tickets.conftest import ARABIC

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER


def message(page: Page, text: str) -> Locator:
    return page.locator(".pd-message-text", has_text=text)


def opener(page: Page, title: str) -> Locator:
    return page.locator("[class*=st-key-ticket-open-] button", has_text=title)


def test_a_ticket_is_found_corrected_closed_and_another_handed_over(open_page: OpenPage, inbox: TicketStore) -> None:
    page = open_page()
    cells = page.locator(".pd-ticket-cells")
    press(page.get_by_role("button", name="Tickets: 3 open"), until=page.get_by_text("3 tickets"))
    titles = page.locator("[class*=st-key-ticket-open-] button")
    expect(titles).to_have_text([ARABIC, "Zeppelin", "Zeppelin again"])  # who waits longest
    expect(cells.first).to_contain_text("Waits 3 days")
    expect(cells.nth(2)).to_contain_text("repeats T-3")

    field = page.locator(".st-key-tickets-search input")
    write(field, "zeppelin", "Enter")
    appears(page.get_by_text("2 tickets"))
    write(field, "", "Enter")
    appears(page.get_by_text("3 tickets"))
    expect(titles).to_have_count(3)

    page.locator("h1").click()  # out of the field
    current = page.locator("[class*=st-key-ticket-current-]")
    for number in ("T-2", "T-3"):
        settled(page)
        page.keyboard.press("j")
        expect(current).to_have_count(1)
        expect(current).to_contain_text(number)
    settled(page)
    page.keyboard.press("o")
    appears(message(page, "My zeppelin leaks."))
    appears(page.get_by_text("62 % certain"))
    appears(page.get_by_role("button", name="Repeated by T-4"))

    write(page.locator(".st-key-ticket-by input"), "Bo Li", "Tab")
    by_an_agent = page.get_by_text("Set by an agent")
    press(page.get_by_role("button", name="That is right"), until=by_an_agent.first)
    write(page.get_by_role("combobox", name="Queue"), "Technical", "Enter")
    expect(by_an_agent).to_have_count(2)
    write(page.get_by_role("textbox", name="Internal note"), "Ask <i>the</i> pilot.")
    note = page.locator(".pd-message-internal", has_text="Ask <i>the</i> pilot.")
    press(page.get_by_role("button", name="Add note"), until=note)
    closed = page.get_by_role("button", name="Tickets: 2 open")
    press(page.get_by_role("button", name="Close", exact=True), until=closed)
    becomes(lambda: inbox.numbered("T-3").status, "closed")
    known = inbox.numbered("T-3")
    assert (known.labels["queue"], known.labels["type"].by) == (Label("Technical", "agent"), "agent")
    assert {each.by for each in inbox.corrections(known.conversation_id)} == {"Bo Li"}

    press(page.get_by_role("button", name="Repeated by T-4"), until=message(page, "My zeppelin leaks again."))
    no_duplicate = page.get_by_role("button", name="It is no duplicate")
    settled(page)
    no_duplicate.click()
    expect(page.locator(".st-key-ticket-duplicates")).to_have_count(0)
    press(page.get_by_role("button", name="All tickets"), until=opener(page, "طلبي"))
    said = page.locator(".pd-message-customer .pd-message-text")
    press(opener(page, "طلبي"), until=page.locator(".pd-message-internal", has_text="Two left."))
    expect(said).to_have_text(ARABIC)
    expect(said).to_have_attribute("dir", "rtl")
    appears(page.get_by_text("My mower shows E-17."))  # what this customer asked before
    inside = page.locator("[data-testid=stPopoverBody]").get_by_role("button", name="Hand over")
    press(page.locator(".st-key-ticket-hand-over button").first, until=inside)
    press(inside, until=page.locator(".pd-case-asked", has_text="طلبي"))
    appears(page.locator(".pd-case-title", has_text="n agent handed the case over"))
    press(page.get_by_role("button", name="Open the ticket"), until=page.locator(".st-key-ticket-case button"))


def test_filters_and_pages_on_a_narrow_screen_and_addresses_of_tickets(open_page: OpenPage, inbox: TicketStore) -> None:
    page = open_page("?tickets=nothing", width=400)
    appears(page.get_by_text("This ticket does not exist any more."))
    appears(page.locator(".pd-ticket-cells").first)
    fits(page, 400)
    press(page.get_by_role("button", name="Closed"), until=page.get_by_text("1–25 of"))
    press(page.get_by_role("button", name="Next page"), until=page.get_by_text("26–"))
    customer = page.get_by_role("textbox", name="Customer")
    press(page.get_by_role("button", name="Filters"), until=customer)
    write(customer, "C-128", "Enter")
    appears(page.get_by_text("1 ticket", exact=False).first)
    page.keyboard.press("Escape")
    expect(customer).to_be_hidden()
    press(opener(page, "Matter 128"), until=message(page, "About thing 128"))
    fits(page, 400)
    appears(page.get_by_text("This customer has not written before."))
    as_it_was_left = page.get_by_role("button", name="Filters (1)")
    press(page.get_by_role("button", name="All tickets"), until=as_it_was_left)

    page = open_page(f"?c={inbox.numbered('T-1').conversation_id}")  # a ticket is no conversation of the chat
    appears(message(page, "My mower shows E-17."))
