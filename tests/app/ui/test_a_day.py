"""A day at the desk in a real browser: an agent in English, then somebody of operations in German."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

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
from tests.app.desk.changes.conftest import copied_home
from tests.app.ui.pages import IN_A_BROWSER, appears, becomes, press, served, settled, write
from tests.support.hashed_embedder import hashed

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.app.ui.pages import OpenPage, appears

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
def page(open_page: OpenPage) -> Page:
    return open_page()


def sign_in(page: Page, name: str) -> None:
    write(page.get_by_role("textbox", name="Name", exact=True), name)
    write(page.get_by_role("textbox", name="Password"), PASSWORD, "Enter")


def opener(page: Page, title: str) -> Locator:
    return page.locator("[class*=st-key-ticket-open-] button", has_text=title)


def message(page: Page, text: str) -> Locator:
    return page.locator(".pd-message-text", has_text=text)


def test_an_agent_has_a_day_in_english_and_operations_sees_to_what_came_up_in_german(
    page: Page, inbox: TicketStore
) -> None:
    an_agents_day(page, inbox)
    the_day_of_operations(page)


def an_agents_day(page: Page, inbox: TicketStore) -> None:
    sign_in(page, "ana")
    press(page.get_by_role("button", name="Tickets: 10 open"), until=page.get_by_text("10 tickets"))
    press(opener(page, "Matter 3"), until=message(page, "About thing 3."))
    set_by_an_agent = page.get_by_text("Set by an agent")
    for number, queue in enumerate(("Returns", "Technical", *["Shipping"] * 7), start=3):  # two of them are corrected
        if number > 3:
            press(page.locator(".st-key-ticket-next button"), until=message(page, f"About thing {number}."))
        if queue == "Shipping":
            press(page.get_by_role("button", name="That is right"), until=set_by_an_agent)
        else:
            write(page.get_by_role("combobox", name="Queue"), queue, "Enter")
            appears(set_by_an_agent)
    numbers = (3, 4, 5, 11)
    becomes(
        lambda: [inbox.numbered(f"T-{number}").labels["queue"].value for number in numbers],
        ["Returns", "Technical", "Shipping", "Shipping"],
    )

    press(page.get_by_role("button", name="All tickets"), until=opener(page, "配送"))
    press(opener(page, "配送"), until=message(page, JAPANESE))
    appears(page.locator(".st-key-ticket-history", has_text="配送先を変更できますか。"))
    editor = page.locator("[class*=st-key-draft-edit-] textarea")
    press(page.get_by_role("button", name="Write a draft"), until=editor)
    expect(editor).to_have_value(re.compile("通常のご注文は2営業日以内に出荷"))
    draft = editor.input_value()
    write(editor, draft.replace("2営業日", "9営業日"), "Control+Enter")
    appears(page.get_by_text("1 sentence of yours that you should look at again"))
    write(editor, draft, "Control+Enter")
    appears(page.get_by_text("Everything here stands in the sources"))
    press(page.get_by_role("button", name="Send"), until=page.get_by_text("Sent by Ana Lima"))
    appears(page.get_by_role("button", name="Tickets: 9 open"))
    becomes(
        lambda: (last := inbox.ticket(inbox.numbered("T-2").conversation_id).messages[-1]).author + last.name,
        "agentAna Lima",
    )
    assert inbox.ticket(inbox.numbered("T-2").conversation_id).messages[-1].text == draft

    press(page.get_by_role("button", name="All tickets"), until=opener(page, "Matter 11"))
    press(opener(page, "Matter 11"), until=message(page, "About thing 11."))
    inside = page.locator("[data-testid=stPopoverBody]").get_by_role("button", name="Hand over")
    press(page.locator(".st-key-ticket-hand-over button").first, until=inside)
    press(inside, until=page.locator(".pd-case-asked", has_text="About thing 11."))

    card = page.locator("[class*=st-key-update-unread-]", has_text="Returns in Germany")
    press(page.get_by_role("button", name="Policy updates"), until=card)
    new = page.locator(".pd-update-side ins", has_text="30 days").first
    press(card.get_by_role("button", name="Read the change"), until=new)
    press(page.get_by_role("button", name="I have read this"), until=page.get_by_text("Read by Ana Lima"))

    question = page.get_by_label("Question or words")
    press(page.get_by_role("button", name="Search documents"), until=question)
    write(question, "How long is the guarantee?", "Enter")
    expect(page.locator(".pd-hit")).to_have_count(3)
    wrong = page.get_by_role("textbox", name="What is wrong")
    press(page.locator("[class*=st-key-flag-] button").first, until=wrong)
    write(wrong, "It is three years.")
    press(page.get_by_role("button", name="Tell the people"), until=page.get_by_text("It is on their list."))
    page.keyboard.press("Escape")
    press(page.get_by_role("button", name="Sign out"), until=page.get_by_role("textbox", name="Password"))


def the_day_of_operations(page: Page) -> None:
    sign_in(page, "otto")
    reported = page.get_by_text(DE("knowledge.counted", name=DE("knowledge.section.reports"), count=1))
    press(page.get_by_role("button", name=DE("sidebar.knowledge.open", count=1)), until=reported)
    press(reported, until=page.get_by_text("It is three years."))
    write(page.get_by_role("textbox", name=DE("report.outcome")), "korrigiert")
    press(page.get_by_role("button", name=DE("report.settle")), until=page.get_by_text(DE("report.none")))

    look = page.locator("[class*=st-key-look-] button").first
    press(page.get_by_role("button", name=DE("sidebar.queue.open", count=1)), until=look)
    acknowledge = page.get_by_role("button", name=DE("case.acknowledge"))
    press(look, until=acknowledge)
    press(acknowledge, until=page.get_by_text(DE("case.acknowledged", name="Otto Weiß")))
    press(page.get_by_role("button", name=DE("case.open_ticket")), until=message(page, "About thing 11."))
    expect(page.get_by_role("combobox", name=DE("tickets.queue"))).to_be_disabled()
    settled(page)
    expect(page.get_by_role("button", name=DE("drafts.write"))).to_have_count(0)  # replying is for agents
    press(page.get_by_role("button", name=DE("sign_in.leave")), until=page.get_by_role("textbox", name="Password"))
