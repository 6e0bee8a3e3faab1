"""The chat page in a real browser, with the scripted assistant behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.conversations.database import default_url
from app.conversations.records import Message
from app.conversations.store import ConversationStore
from tests.app.ui.pages import IN_A_BROWSER, answered, appears, ask, becomes, fits, press, settled, write
from tests.support.fake_assistant import let_go_on

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER
EMPTY = "What does the customer need to know?"
SHOWN = ".pd-question, .pd-prose, .pd-badges, [data-testid=stFeedback], .pd-panel:popover-open"


@pytest.fixture
def stored(home: Path) -> Iterator[Callable[[str], list[Message]]]:
    store = ConversationStore(default_url(home))
    yield lambda conversation: list(store.messages(conversation))
    store.close()


def conversation_of(page: Page) -> str:
    page.wait_for_url(re.compile(r"[?&]c=\w"))
    return page.url.partition("c=")[2].partition("&")[0]


def test_an_answer_in_german_has_a_chip_behind_every_sentence_that_opens_at_the_quoted_words(chat: Page) -> None:
    ask(chat, "Wie lange kann der Kunde Artikel zurückgeben? " + "x" * 120)
    answered(chat, 91)
    prose = chat.locator(".pd-prose")
    expect(prose).to_have_attribute("lang", "de")
    expect(prose).to_have_attribute("dir", "ltr")
    expect(prose.locator(".pd-sentence")).to_have_count(3)
    expect(prose.locator(".pd-chip")).to_have_text(["1", "2", "3"])
    expect(chat.locator(".pd-badges")).to_contain_text("German")
    fits(chat, 1280, SHOWN)

    chip = chat.locator(".pd-chip").first
    expect(chip).to_have_attribute("aria-label", "Source 1: Rückgabe und Erstattung, page 2")
    chip.focus()
    chat.keyboard.press("Enter")
    panel = chat.locator(".pd-panel:popover-open")
    expect(panel.locator("mark")).to_have_text("innerhalb von 30 Tagen nach Erhalt der Ware zurückgeben")
    for expected in ("Rückgabe und Erstattung", "Fristen", "Version 3", "Page 2", "In German", "returns-de"):
        expect(panel).to_contain_text(expected)
    expect(panel).to_contain_text("<b>ausgeschlossen</b>")  # a document's HTML is shown, not obeyed
    fits(chat, 1280, SHOWN)
    chat.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    chat.locator(".pd-chip").nth(2).click()
    expect(panel.locator("mark")).to_have_text("within 5 to 7 business days")


def test_an_answer_fits_a_narrow_dark_screen(open_page: OpenPage) -> None:
    page = open_page(width=400, scheme="dark")
    ask(page, "Wie lange kann der Kunde Artikel zurückgeben? " + "x" * 120)
    answered(page, 91)
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(16, 24, 23)")
    fits(page, 400, SHOWN)
    page.locator(".pd-chip").first.click()
    appears(page.locator(".pd-panel:popover-open"))
    fits(page, 400, SHOWN)


def test_what_is_asked_back_is_chosen_by_a_click(chat: Page) -> None:
    ask(chat, "How long does shipping take?")
    answered(chat, 55)
    asked_back = chat.locator(".pd-asked-back")
    expect(asked_back).to_have_text("Which country is it about?")
    buttons = chat.locator("[class*=st-key-choose-] button")
    expect(buttons).to_have_text(["Japan", "Germany"])
    press(buttons.first, chat.locator(".pd-question", has_text="How long does it take to Japan?"))
    answered(chat, 83)
    expect(chat.locator(".pd-prose").last).to_contain_text("to Japan leaves within two working days")
    expect(buttons).to_have_count(0)  # it was answered
    expect(asked_back).to_have_text("Which country is it about? Japan · Germany")


def test_what_was_not_found_is_said_beside_what_is_asked_back(chat: Page) -> None:
    ask(chat, "How long is the warranty?")
    answered(chat, 44)
    expect(chat.locator("[class*=st-key-verdict-abstain]")).to_contain_text("I could not find anything.")
    expect(chat.locator("[class*=st-key-choose-] button")).to_have_text(["Japan", "Germany"])


def test_choices_in_arabic_stand_from_right_to_left_and_fit_a_narrow_screen(open_page: OpenPage) -> None:
    page = open_page(width=400)
    ask(page, "كم يستغرق الشحن؟")
    buttons = page.locator("[class*=st-key-choose-] button")
    expect(buttons).to_have_text(["اليابان", "المملكة العربية السعودية"])
    expect(page.locator(".pd-asked-back")).to_have_attribute("dir", "rtl")
    expect(page.locator("[class*=st-key-verdict-]")).to_have_count(0)  # it is no “not found”
    fits(page, 400, f"{SHOWN}, .pd-asked-back, [class*=st-key-choose-] button")
    first, second = (buttons.nth(at).bounding_box() for at in (0, 1))
    assert first is not None and second is not None
    assert first["x"] > second["x"] or second["y"] > first["y"]


def test_an_arabic_answer_is_set_from_right_to_left(chat: Page) -> None:
    ask(chat, "ما هي مدة الضمان؟")
    answered(chat, 88)
    prose = chat.locator(".pd-prose")
    expect(prose).to_have_attribute("dir", "rtl")
    expect(prose).to_have_css("direction", "rtl")
    # In one look, as the page may still move: the last line begins at the right and so has its chip there, and
    # questions stand at the right too.
    places = """() => {
        const [prose, question, chip] = [".pd-prose", ".pd-question", ".pd-prose .pd-chip"].map(
            each => [...document.querySelectorAll(each)].at(-1).getBoundingClientRect());
        return [chip.x > prose.x + prose.width / 2, Math.abs(question.right - prose.right) <= 2];
    }"""
    becomes(lambda: chat.evaluate(places), [True, True])


def test_a_follow_up_shows_how_it_was_understood_under_the_question_also_after_a_reload(
    open_page: OpenPage, chat: Page
) -> None:
    ask(chat, "Wie lange ist die Rückgabe in Österreich möglich?")
    answered(chat, 91)
    expect(chat.locator(".pd-understood")).to_have_count(0)
    ask(chat, "Und in der Schweiz?")
    understood = "Understood as: Wie lange ist die Rückgabe in der Schweiz möglich?"
    expect(chat.locator(".pd-understood")).to_have_text(understood)
    expect(chat.locator(".pd-badges")).to_have_count(2)
    again = open_page(f"?c={conversation_of(chat)}")
    expect(again.locator(".pd-understood")).to_have_text(understood)
    appears(again.locator(".pd-question").nth(1))
    places = """() => {
        const [under, question] = [".pd-understood", ".pd-question"].map(
            each => [...document.querySelectorAll(each)].at(-1).getBoundingClientRect());
        const gap = under.top - question.bottom;
        return [0 <= gap && gap < 24, Math.abs(under.right - question.right) <= 2];
    }"""
    becomes(lambda: again.evaluate(places), [True, True])


def test_a_conversation_is_found_again_renamed_and_deleted(chat: Page) -> None:
    ask(chat, "離島への配送は何日で届きますか？")
    answered(chat, 84)
    conversation = conversation_of(chat)
    press(chat.get_by_role("button", name="New conversation"), until=chat.get_by_role("heading", name=EMPTY))
    row = chat.locator(f".st-key-open-{conversation} button")
    press(row.filter(has_text="離島への配送"), until=chat.locator(".pd-question", has_text="離島への配送"))
    answered(chat, 84)
    assert conversation_of(chat) == conversation

    menu = chat.locator(f".st-key-menu-{conversation} button")
    entry = chat.get_by_role("menuitem").or_(chat.get_by_role("option"))
    press(menu, until=entry.filter(has_text="Rename"))
    press(entry.filter(has_text="Rename"), until=chat.get_by_label("Title"))
    write(chat.get_by_label("Title"), "**Case** 4711 :smile:")
    press(chat.get_by_role("button", name="Save"), until=row.get_by_text("**Case** 4711 :smile:", exact=True))
    expect(chat.get_by_role("dialog")).to_have_count(0)
    dialog = chat.get_by_role("dialog")
    press(menu, until=entry.filter(has_text="Delete"))
    press(entry.filter(has_text="Delete"), until=dialog)
    press(dialog.get_by_role("button", name="Delete"), until=chat.get_by_role("heading", name=EMPTY))
    expect(row).to_have_count(0)


def test_an_answer_can_be_stopped_and_stays_stopped(
    chat: Page, home: Path, stored: Callable[[str], list[Message]]
) -> None:
    question = "Explain a refund step by step, and stop"
    ask(chat, question)
    expect(chat.locator(".pd-sentence")).to_have_count(3)
    conversation = conversation_of(chat)
    stop = chat.get_by_role("button", name="Stop", exact=True)  # in an answer that redraws itself again and again
    press(stop, until=chat.get_by_text("This is what was written until then"))
    becomes(lambda: stored(conversation)[1].status, "stopped")
    let_go_on(home, question)
    settled(chat)
    expect(chat.locator(".pd-sentence")).to_have_count(3)
    assert stored(conversation)[1].status == "stopped"


def test_rating_one_answer_does_not_disturb_another_that_is_being_written(
    chat: Page, open_page: OpenPage, home: Path, stored: Callable[[str], list[Message]]
) -> None:
    question = "Explain a refund step by step, and rate"
    ask(chat, "How long does a refund take?")
    answered(chat, 77)
    ask(chat, question)
    conversation = conversation_of(chat)
    expect(chat.locator(".pd-sentence")).to_have_count(1 + 3)
    reason = chat.get_by_role("radio", name="Out of date")
    press(chat.get_by_role("radio", name="Thumbs down").first, until=reason)
    press(reason, until=chat.get_by_role("radio", name="Out of date", checked=True))
    becomes(lambda: (rating := stored(conversation)[1].rating) and rating.reason, "outdated")
    write(chat.get_by_label("Comment for the people"), "The fee changed", "Enter")
    becomes(lambda: (rating := stored(conversation)[1].rating) and rating.comment, "The fee changed")
    assert stored(conversation)[3].status == "running"
    let_go_on(home, question)
    appears(chat.get_by_text("Step 6:"))
    answered(chat, 72)
    becomes(lambda: stored(conversation)[3].status, "finished")
    rating = stored(conversation)[1].rating
    assert rating is not None
    assert (rating.value, rating.reason, rating.comment) == ("down", "outdated", "The fee changed")
    again = open_page(f"?c={conversation}")
    expect(again.get_by_role("radio", name="Thumbs down").first).to_have_attribute("aria-checked", "true")


def test_an_answer_goes_on_while_its_reader_looks_at_another_conversation(chat: Page, home: Path) -> None:
    question = "Explain a refund step by step, and go on"
    ask(chat, question)
    appears(chat.locator(".pd-sentence").first)
    conversation = conversation_of(chat)
    press(chat.get_by_role("button", name="New conversation"), until=chat.get_by_role("heading", name=EMPTY))
    let_go_on(home, question)
    row = chat.locator(f".st-key-open-{conversation} button")
    expect(row).to_have_count(1)  # while the list is drawn anew there are two for a moment
    press(row, until=chat.get_by_text("Step 6:"))
    answered(chat, 72)


def test_an_abstention_and_an_escalation_do_not_look_like_answers(chat: Page) -> None:
    ask(chat, "What will the weather be?")
    answered(chat, 8)
    abstained = chat.locator("[class*=st-key-verdict-abstain]")
    expect(abstained).to_contain_text("Not found in the documents")
    ask(chat, "Le client menace d'un procès")
    answered(chat, 40)
    escalated = chat.locator("[class*=st-key-verdict-escalate]")
    expect(escalated).to_contain_text("For a person to decide")
    colour = "e => getComputedStyle(e).backgroundColor"
    becomes(lambda: abstained.evaluate(colour) != escalated.evaluate(colour), True)
    expect(chat.locator(".pd-chip")).to_have_count(0)


def test_a_withheld_sentence_is_counted_and_explained_but_not_said(chat: Page) -> None:
    ask(chat, "¿Cómo funciona el reembolso?")
    answered(chat, 63)
    expect(chat.locator(".pd-prose")).not_to_contain_text("vale de 50 euros")
    expect(chat.locator(".pd-note")).to_contain_text("No hay ningún modelo conectado")
    withheld = chat.locator(".pd-withheld")
    expect(withheld).to_contain_text("1 sentence withheld")
    expect(withheld.get_by_text("vale de 50 euros")).to_be_hidden()
    withheld.locator("summary").click()
    appears(withheld.get_by_text("vale de 50 euros"))


def test_a_failure_is_one_line_without_a_trace(chat: Page) -> None:
    ask(chat, "explode")
    appears(chat.get_by_text("This answer failed"))
    settled(chat)
    for secret in ("Traceback", "the wires are crossed"):
        expect(chat.locator("body")).not_to_contain_text(secret)


def test_an_example_on_the_empty_page_asks_its_question(chat: Page) -> None:
    examples = chat.locator("[class*=st-key-ask-] button")
    expect(examples).to_have_count(4)
    press(examples.nth(1), until=chat.locator(".pd-question"))
    answered(chat, 91)


def test_nothing_is_fetched_from_other_hosts_and_no_furniture_of_streamlit_shows_by_day_or_night(
    chat: Page, context: BrowserContext, hosts: set[str]
) -> None:
    assert hosts - {""} == {"127.0.0.1"}  # of all that this browser has shown until now
    for name in ("stAppDeployButton", "stMainMenu", "stDecoration"):
        expect(chat.locator(f"[data-testid={name}]")).to_be_hidden()
    for scheme, ground in (("dark", "rgb(16, 24, 23)"), ("light", "rgb(252, 253, 252)")):
        chat.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        expect(chat.locator(".stApp")).to_have_css("background-color", ground)
