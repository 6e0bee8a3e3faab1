"""The chat page in a real browser, with the scripted assistant behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.conversations.database import default_url
from app.conversations.records import Message
from app.conversations.store import ConversationStore
from tests.app.ui.pages import IN_A_BROWSER, SECONDS, OpenPage, answered, ask, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = IN_A_BROWSER


@pytest.fixture
def stored(home: Path) -> Callable[[Page], list[Message]]:
    def read(page: Page) -> list[Message]:
        store = ConversationStore(default_url(home))
        try:
            return list(store.messages(conversation_of(page)))
        finally:
            store.close()

    return read


def conversation_of(page: Page) -> str:
    found = re.search(r"[?&]c=(\w+)", page.url)
    assert found, page.url
    return found[1]


def test_a_german_question_is_answered_in_german_with_a_chip_behind_every_sentence(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Wie lange kann der Kunde Artikel zurückgeben?")
    answered(page, 91)
    prose = page.locator(".pd-prose")
    assert (prose.get_attribute("lang"), prose.get_attribute("dir")) == ("de", "ltr")
    assert prose.locator(".pd-sentence").count() == 3
    assert prose.locator(".pd-chip").all_inner_texts() == ["1", "2", "3"]
    assert "German" in page.locator(".pd-badges").inner_text()


def test_an_arabic_answer_is_set_from_right_to_left(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "ما هي مدة الضمان؟")
    answered(page, 88)
    prose = page.locator(".pd-prose")
    assert prose.get_attribute("dir") == "rtl"
    assert prose.evaluate("e => getComputedStyle(e).direction") == "rtl"
    chip, box = prose.locator(".pd-chip").last.bounding_box(), prose.bounding_box()
    assert chip and box
    assert chip["x"] > box["x"] + box["width"] / 2, "the last line begins at the right, and so its chip is there"
    question = page.locator(".pd-question").bounding_box()
    assert question
    assert question["x"] + question["width"] == pytest.approx(box["x"] + box["width"], abs=2), "questions stand right"


def test_a_citation_opens_with_the_quoted_words_marked_and_closes_by_key(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Erstattung?")
    answered(page, 91)
    chip = page.locator(".pd-chip").first
    assert chip.get_attribute("aria-label") == "Source 1: Rückgabe und Erstattung, page 2"
    chip.focus()
    page.keyboard.press("Enter")
    panel = page.locator(".pd-panel:popover-open")
    panel.wait_for()
    assert panel.locator("mark").inner_text() == "innerhalb von 30 Tagen nach Erhalt der Ware zurückgeben"
    text = panel.inner_text()
    for expected in ("Rückgabe und Erstattung", "Fristen", "Version 3", "Page 2", "In German", "returns-de"):
        assert expected in text
    assert "<b>ausgeschlossen</b>" in text, "a document's HTML is shown, not obeyed"
    page.keyboard.press("Escape")
    panel.wait_for(state="detached")
    page.locator(".pd-chip").nth(2).click()
    assert panel.locator("mark").inner_text() == "within 5 to 7 business days"


def test_a_follow_up_shows_how_it_was_understood_under_the_question(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Wie lange ist die Rückgabe in Österreich möglich?")
    answered(page, 91)
    assert page.locator(".pd-understood").count() == 0
    ask(page, "Und in der Schweiz?")
    line = page.locator(".pd-understood")
    line.wait_for()
    assert line.inner_text() == "Understood as: Wie lange ist die Rückgabe in der Schweiz möglich?"
    page.reload()
    line.wait_for()
    page.locator(".pd-question").nth(1).wait_for()
    # Both in one look: the page may still move.
    under, question = page.evaluate(
        "['.pd-understood', '.pd-question'].map("
        "each => [...document.querySelectorAll(each)].at(-1).getBoundingClientRect().toJSON())"
    )
    assert 0 <= under["y"] - (question["y"] + question["height"]) < 24
    assert under["x"] + under["width"] == pytest.approx(question["x"] + question["width"], abs=2)


def test_after_a_reload_the_conversation_is_still_there(open_page: OpenPage, server: str) -> None:
    page = open_page()
    ask(page, "離島への配送は何日で届きますか？")
    answered(page, 84)
    page.reload()
    answered(page, 84)
    assert page.locator(".pd-question").inner_text() == "離島への配送は何日で届きますか？"
    elsewhere = open_page(server)
    elsewhere.locator("[class*=st-key-open-] button", has_text="離島への配送").first.click()
    answered(elsewhere, 84)
    assert conversation_of(elsewhere) == conversation_of(page)


def test_an_answer_can_be_stopped_and_stays_stopped(
    open_page: OpenPage, stored: Callable[[Page], list[Message]]
) -> None:
    page = open_page()
    ask(page, "Tell me everything about refunds")
    page.locator(".pd-sentence").nth(1).wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("This is what was written until then").wait_for()
    shown = page.locator(".pd-sentence").count()
    assert 2 <= shown < 40
    page.wait_for_timeout(1 * SECONDS)
    assert page.locator(".pd-sentence").count() == shown
    assert stored(page)[1].status == "stopped"


def test_rating_one_answer_does_not_disturb_another_that_is_being_written(
    open_page: OpenPage, stored: Callable[[Page], list[Message]]
) -> None:
    page = open_page()
    ask(page, "How long does a refund take?")
    answered(page, 77)
    ask(page, "Tell me everything")
    page.locator(".pd-sentence").nth(2).wait_for()
    page.get_by_role("radio", name="Thumbs down").first.click()
    page.get_by_text("Out of date", exact=True).click()
    page.get_by_label("Comment for the people").fill("The fee changed")
    page.get_by_label("Comment for the people").press("Enter")
    page.get_by_text("Step 40:").wait_for(timeout=60 * SECONDS)
    answered(page, 72)
    first, second = stored(page)[1], stored(page)[3]
    assert first.rating is not None
    assert (first.rating.value, first.rating.reason, first.rating.comment) == ("down", "outdated", "The fee changed")
    assert second.status == "finished"
    page.reload()
    answered(page, 72)
    assert page.get_by_role("radio", name="Thumbs down").first.get_attribute("aria-checked") == "true"


def test_an_answer_goes_on_while_its_reader_looks_at_another_conversation(open_page: OpenPage, server: str) -> None:
    page = open_page()
    ask(page, "Tell me everything about parcels")
    page.locator(".pd-sentence").first.wait_for()
    written = conversation_of(page)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("heading", name="What does the customer need to know?").wait_for()
    watching = open_page(f"{server}/?c={written}")
    watching.locator(".pd-sentence").nth(4).wait_for()
    watching.get_by_text("Step 40:").wait_for(timeout=60 * SECONDS)
    row = page.locator(f".st-key-open-{written} button")
    page.wait_for_function(  # while the list is drawn anew there are two for a moment
        "name => document.querySelectorAll(`.st-key-open-${name} button`).length === 1", arg=written
    )
    row.click()
    answered(page, 72)


def test_an_abstention_and_an_escalation_do_not_look_like_answers(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "What will the weather be?")
    answered(page, 8)
    abstained = page.locator("[class*=st-key-verdict-abstain]")
    assert "Not found in the documents" in abstained.inner_text()
    ask(page, "Le client menace d'un procès")
    answered(page, 40)
    escalated = page.locator("[class*=st-key-verdict-escalate]")
    assert "For a person to decide" in escalated.inner_text()
    colours = [box.evaluate("e => getComputedStyle(e).backgroundColor") for box in (abstained, escalated)]
    assert colours[0] != colours[1]
    assert page.locator(".pd-chip").count() == 0


def test_a_withheld_sentence_is_counted_and_explained_but_not_said(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "¿Cómo funciona el reembolso?")
    answered(page, 63)
    assert "vale de 50 euros" not in page.locator(".pd-prose").inner_text()
    assert "No hay ningún modelo conectado" in page.locator(".pd-note").inner_text()
    withheld = page.locator(".pd-withheld")
    assert "1 sentence withheld" in withheld.inner_text()
    assert not withheld.get_by_text("vale de 50 euros").is_visible()
    withheld.locator("summary").click()
    assert withheld.get_by_text("vale de 50 euros").is_visible()


def test_a_failure_is_one_line_without_a_trace(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "explode")
    page.get_by_text("This answer failed").wait_for()
    shown = page.locator("body").inner_text()
    assert "Traceback" not in shown
    assert "the wires are crossed" not in shown


def test_a_conversation_can_be_renamed_and_deleted(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "How long does the refund for case 4711 take?")
    answered(page, 77)
    conversation_id = conversation_of(page)
    menu = page.locator(f".st-key-menu-{conversation_id} button")
    menu.click()
    page.get_by_role("menuitem", name="Rename").or_(page.get_by_role("option", name="Rename")).click()
    page.get_by_label("Title").fill("**Case** 4711 :smile:")
    page.get_by_role("button", name="Save").click()
    row = page.locator(f".st-key-open-{conversation_id} button")
    row.get_by_text("**Case** 4711 :smile:", exact=True).wait_for()
    menu.click()
    page.get_by_role("menuitem", name="Delete").or_(page.get_by_role("option", name="Delete")).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    row.wait_for(state="detached")
    page.get_by_role("heading", name="What does the customer need to know?").wait_for()


def test_a_link_to_a_deleted_conversation_says_so(open_page: OpenPage, server: str) -> None:
    page = open_page(f"{server}/?c=0123456789abcdef0123456789abcdef")
    page.get_by_text("This conversation does not exist any more").wait_for()


def test_an_example_on_the_empty_page_asks_its_question(open_page: OpenPage) -> None:
    page = open_page()
    examples = page.locator("[class*=st-key-ask-] button")
    examples.first.wait_for()
    assert examples.count() == 4
    examples.nth(1).click()
    answered(page, 91)


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_cut_off_at_the_side(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    ask(page, "Wie lange kann der Kunde Artikel zurückgeben? " + "x" * 120)
    answered(page, 91)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for element in page.locator(".pd-question, .pd-prose, .pd-badges, [data-testid=stFeedback]").all():
        box = element.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    page.locator(".pd-chip").first.click()
    box = page.locator(".pd-panel:popover-open").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_the_page_follows_light_and_dark(open_page: OpenPage) -> None:
    grounds = [
        open_page(scheme=scheme).locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds == ["rgb(252, 253, 252)", "rgb(16, 24, 23)"]


def test_nothing_is_fetched_from_other_hosts_and_no_streamlit_furniture_shows(
    context: BrowserContext, server: str
) -> None:
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(re.sub(r"^\w+://([^:/]*).*", r"\1", request.url)))
    page.goto(server)
    page.locator("[data-testid=stChatInput] textarea").wait_for()
    page.wait_for_timeout(1 * SECONDS)
    assert {host for host in hosts if not host.startswith(("data", "blob"))} == {"127.0.0.1"}
    for name in ("stAppDeployButton", "stMainMenu", "stDecoration"):
        assert not page.locator(f"[data-testid={name}]").is_visible()
    page.close()


def test_without_a_model_a_banner_says_what_that_means_and_how_to_connect_one(
    context: BrowserContext, tmp_path: Path
) -> None:
    with served(tmp_path, POLYDESK_FAKE_MODEL="") as url:
        page = context.new_page()
        page.goto(url)
        page.get_by_text("No language model is connected").wait_for(timeout=20 * SECONDS)
        page.locator("[data-testid=stChatInput] textarea").wait_for()  # a page still being built loses the click
        page.wait_for_timeout(1 * SECONDS)
        page.get_by_text("How to connect one").click()
        page.get_by_text("polydesk models use").wait_for()
        page.close()


def test_a_home_that_cannot_be_used_is_explained_on_the_page(context: BrowserContext, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with served(blocked) as url:
        page = context.new_page()
        page.goto(url)
        page.get_by_text("polydesk could not start").wait_for(timeout=20 * SECONDS)
        assert "Traceback" not in page.locator("body").inner_text()
        page.close()
