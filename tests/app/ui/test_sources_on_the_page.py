"""What the page shows of the sources of an answer: contradictions, earlier tickets, why a passage was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.app.ui.pages import IN_A_BROWSER, answered, appears, ask, becomes, fits

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.app.ui.pages import OpenPage, appears

pytestmark = IN_A_BROWSER
# In one look: a page that is still scrolling moves between two.
SIDES = """() => {
    const sides = [...document.querySelectorAll(".pd-sides .pd-quoted")];
    const [one, other] = sides.map(each => each.getBoundingClientRect());
    return other.left > one.right && Math.abs(one.y - other.y) < 1 ? "beside" : other.top > one.bottom ? "below" : "";
}"""


def test_contradictions_stand_side_by_side_and_an_earlier_ticket_is_told_from_a_policy(chat: Page) -> None:
    ask(chat, "How long is the guarantee?")
    answered(chat, 81)
    notice = chat.locator(".pd-contradictions")
    expect(notice).to_contain_text("The documents contradict each other")
    sides = notice.locator(".pd-quoted")
    expect(sides.locator(".pd-chip")).to_have_text(["1", "3"])
    becomes(lambda: chat.evaluate(SIDES), "beside")
    expect(sides.last.locator(".pd-sentence")).to_have_css("direction", "rtl")
    sides.last.locator(".pd-chip").click()
    panel = chat.locator(".pd-panel:popover-open")
    expect(panel.locator("mark")).to_contain_text("6 أشهر")
    expect(panel).to_contain_text("سوق المستعمل")
    chat.keyboard.press("Escape")

    policy, ticket = chat.locator(".pd-prose .pd-chip").nth(0), chat.locator(".pd-prose .pd-chip").nth(1)
    expect(policy).to_have_text("1")
    expect(ticket).to_have_text("2 Earlier ticket")
    colour = "e => getComputedStyle(e).backgroundColor"
    becomes(lambda: policy.evaluate(colour) != ticket.evaluate(colour), True)
    ticket.click()
    expect(panel).to_contain_text("not a rule that holds")


def test_a_source_explains_on_demand_why_it_was_found(chat: Page) -> None:
    ask(chat, "How long is the guarantee?")
    answered(chat, 81)
    chat.locator(".pd-chip").first.click()
    why = chat.locator(".pd-panel:popover-open .pd-why")
    expect(why.locator("li").first).to_be_hidden()
    why.locator("summary").click()
    expect(why).to_contain_text("how well its words match those of the question, in any language", ignore_case=True)
    expect(why).to_contain_text("+0.521 = 0.744 × 0.700")
    expect(why).to_contain_text("<b>R2</b>")  # a code of a document is shown, not obeyed
    widths = "all => { const w = all.map(e => e.getBoundingClientRect().width); return [w, Math.max(...w)]; }"

    def second_is_widest() -> bool:
        found, most = why.locator(".pd-bar > span").evaluate_all(widths)
        return len(found) > 1 and bool(most == found[1] > 2 * found[0] > 0)

    becomes(second_is_widest, True)


def test_answers_whose_documents_agree_have_no_such_notice(chat: Page) -> None:
    ask(chat, "Erstattung?")
    answered(chat, 91)
    expect(chat.locator(".pd-contradictions, .pd-chip.pd-history, .pd-why")).to_have_count(0)


def test_none_of_it_is_cut_off_on_a_narrow_screen(open_page: OpenPage) -> None:
    page = open_page(width=400)
    ask(page, "How long is the guarantee?")
    answered(page, 81)
    fits(page, 400)
    becomes(lambda: page.evaluate(SIDES), "below")
    page.locator(".pd-chip").first.click()
    page.locator(".pd-panel:popover-open .pd-why summary").click()
    appears(page.locator(".pd-panel:popover-open .pd-why li").first)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        fits(page, 400, ".pd-panel:popover-open .pd-why li > *")
