"""The report of a run: what it says, that nothing in it is fetched or runs, and that it is one page in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.gates.judging import judge
from eval.gates.policy import Gates
from eval.report.page import report_page
from eval.runs.outcome import Outcome
from tests.eval.made_runs import failed, items, made_run, shares

GATES = Gates.model_validate(
    {
        "confidence": 0.95,
        "missing_at_most": 0.05,
        "gates": [
            {"suite": "golden", "measure": "document_recall", "at_least": 0.8, "not_worse_by": 0.03},
            {"suite": "retrieval", "measure": "recall@1", "not_worse_by": 0.03},
        ],
    }
)
NASTY = "<img src=x onerror=alert(1)> مرحبا"


def page_of(home: Path, right: int, before: int | None = 95) -> str:
    """The report of a run with so many right answers of 100."""
    wrong = [
        each.model_copy(update={"evidence": {"got": NASTY} if not each.values["document_recall"] else {}})
        for each in items("document_recall", shares(right, 100))
    ]
    cost = [Outcome(id=f"{at}", language="de", values={"first_sentence_ms": 100.0 + at}) for at in range(9)]
    ranks = items("recall@1", shares(90, 100))
    run = made_run(home, "run", {"golden": wrong, "retrieval": ranks, "latency": cost})
    if before is None:
        return report_page(run, None, judge(run, None, GATES))
    earlier = {"golden": items("document_recall", shares(before, 100)), "retrieval": ranks}
    baseline = made_run(home, "old", earlier)
    return report_page(run, baseline, judge(run, baseline, GATES))


def test_a_fall_is_the_first_thing_that_is_said(tmp_path: Path) -> None:
    page = page_of(tmp_path, 55)
    assert "This change should not go out: 2 of 3 checks fell." in page
    assert page.index("should not go out") < page.index("What fell") < page.index("At a glance")
    assert "40.0 points worse on the same 100 items" in page
    assert "right before" in page


def test_where_nothing_fell_it_says_so_and_without_a_baseline_that_nothing_was_compared(tmp_path: Path) -> None:
    page = page_of(tmp_path, 96, before=None)
    assert "This change may go out." in page and "only fixed marks were checked" in page
    assert "What fell" not in page


def test_what_models_and_documents_say_is_text_and_nothing_is_fetched(tmp_path: Path) -> None:
    page = page_of(tmp_path, 55)
    assert "<img" not in page and "&lt;img src=x onerror=alert(1)&gt;" in page
    assert not re.search(r"(src|href)=", re.sub(r"<dd[^>]*>.*?</dd>", "", page))
    assert "default-src 'none'" in page and "<script" not in page


def test_a_suite_that_failed_is_shown_with_its_reason(tmp_path: Path) -> None:
    run = made_run(tmp_path, "run", {"golden": items("document_recall", [1.0] * 50), "retrieval": []})
    failed(run, "retrieval", "the store does not answer")
    page = report_page(run, None, judge(run, None, GATES))
    assert page.count("the store does not answer") == 2
    assert "should not go out: one of 2 checks fell" in page


@pytest.mark.browser
def test_the_page_is_drawn_without_a_network_in_light_and_dark_and_on_a_telephone(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    from tests.support.browser import ARGUMENTS, CHROMIUM

    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    file = tmp_path / "report.html"
    file.write_text(page_of(tmp_path, 55), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        papers = set()
        for scheme, width in (("light", 1280), ("dark", 400)):
            context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
            page = context.new_page()
            page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
            page.goto(file.as_uri())
            assert page.get_by_role("heading", name="Evaluation of run").is_visible()
            assert page.locator("svg.intervals circle.value").count() == 2
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert len(papers) == 2
        browser.close()
