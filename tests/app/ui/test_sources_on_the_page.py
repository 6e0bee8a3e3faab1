"""What the page shows of the sources of an answer: contradictions, earlier tickets, why a passage was found."""

from __future__ import annotations

import pytest

from tests.app.ui.pages import IN_A_BROWSER, OpenPage, answered, ask

_EDGES = "all => all.map(each => each.getBoundingClientRect().toJSON())"

pytestmark = IN_A_BROWSER


def test_documents_that_contradict_each_other_stand_side_by_side_and_open(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "How long is the guarantee?")
    answered(page, 81)
    notice = page.locator(".pd-contradictions")
    assert "The documents contradict each other" in notice.inner_text()
    sides = notice.locator(".pd-quoted")
    assert sides.locator(".pd-chip").all_inner_texts() == ["1", "3"]
    left, right = sides.first.bounding_box(), sides.last.bounding_box()
    assert left and right
    assert left["y"] == pytest.approx(right["y"], abs=1)
    assert left["x"] + left["width"] < right["x"]
    assert sides.last.locator(".pd-sentence").evaluate("e => getComputedStyle(e).direction") == "rtl"
    sides.last.locator(".pd-chip").click()
    panel = page.locator(".pd-panel:popover-open")
    assert "6 أشهر" in panel.locator("mark").inner_text()
    assert "سوق المستعمل" in panel.inner_text()


def test_answers_whose_documents_agree_have_no_such_notice(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Erstattung?")
    answered(page, 91)
    assert page.locator(".pd-contradictions, .pd-chip.pd-history, .pd-why").count() == 0


def test_an_earlier_ticket_is_told_from_a_policy_in_the_text_and_in_its_panel(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "How long is the guarantee?")
    answered(page, 81)
    policy, ticket = page.locator(".pd-prose .pd-chip").nth(0), page.locator(".pd-prose .pd-chip").nth(1)
    assert (policy.inner_text(), ticket.inner_text()) == ("1", "2 Earlier ticket")
    colours = [chip.evaluate("e => getComputedStyle(e).backgroundColor") for chip in (policy, ticket)]
    assert colours[0] != colours[1]
    ticket.click()
    panel = page.locator(".pd-panel:popover-open")
    assert "not a rule that holds" in panel.inner_text()


def test_a_source_explains_on_demand_why_it_was_found(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "How long is the guarantee?")
    answered(page, 81)
    page.locator(".pd-chip").first.click()
    why = page.locator(".pd-panel:popover-open .pd-why")
    assert not why.locator("li").first.is_visible()
    why.locator("summary").click()
    text = why.inner_text()
    assert "how well its words match those of the question, in any language" in text.lower()
    assert "+0.521 = 0.744 × 0.700" in text
    assert "<b>R2</b>" in text, "a code of a document is shown, not obeyed"
    widths = [bar.evaluate("e => e.getBoundingClientRect().width") for bar in why.locator(".pd-bar > span").all()]
    assert max(widths) == widths[1] > 2 * widths[0] > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_none_of_it_is_cut_off_on_a_narrow_screen(open_page: OpenPage, scheme: str) -> None:
    page = open_page(width=400, scheme=scheme)
    ask(page, "How long is the guarantee?")
    answered(page, 81)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    # Both in one look: a page that is still scrolling moves between two.
    sides = page.locator(".pd-sides .pd-quoted").evaluate_all(_EDGES)
    assert sides[0]["bottom"] < sides[1]["top"], "the two stand one below the other"
    page.locator(".pd-chip").first.click()
    page.locator(".pd-panel:popover-open .pd-why summary").click()
    for line in page.locator(".pd-panel:popover-open .pd-why li > *").all():
        box = line.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 400
