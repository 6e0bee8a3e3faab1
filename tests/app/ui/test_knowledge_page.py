"""The knowledge page in a real browser: a document is read in two versions, said to be wrong, and that is settled."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import knowledge
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.app.ui.pages import IN_A_BROWSER, OpenPage, answered, ask
from tests.support.hashed_embedder import hashed

pytestmark = IN_A_BROWSER
OLD = "# Returns\n\nThe deadline is 14 days.\n\n## Costs\n\nBelow 1<b kg a parcel is free.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home, docs = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("docs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge, "open_centred_embedder", lambda *_: hashed())
        for text in (OLD, OLD.replace("14", "30")):
            (docs / "returns.md").write_text(text, encoding="utf-8")
            (docs / "bonus.md").write_text("---\naudience: manager\n---\n# Bonus\n\nFive percent.\n", encoding="utf-8")
            run_ingest(IngestSettings(home=home), [docs])
    return home


def test_a_document_is_compared_said_to_be_wrong_and_that_is_settled(open_page: OpenPage) -> None:
    page = open_page()
    page.get_by_role("button", name="Knowledge").click()
    page.get_by_text("1 document.").wait_for()  # that of managers is not among them
    page.get_by_role("button", name="Returns").click()
    page.locator(".pd-document", has_text="The deadline is 30 days.").wait_for()
    assert "1<b kg" in page.locator(".pd-document").inner_text()
    page.get_by_text("Beside the version before").click()
    page.locator(".pd-differences ins", has_text="30 days").wait_for()
    assert page.locator(".pd-differences del").all_inner_texts() == ["The deadline is 14 days."]

    page.get_by_text("This passage is wrong").click()
    page.get_by_role("textbox", name="What is wrong").fill("It is <i>45</i> days.")
    page.get_by_role("textbox", name="Your name").fill("Ana Lima")
    page.get_by_role("button", name="Tell the people").click()
    page.get_by_text("It is on their list.").wait_for()
    page.get_by_role("button", name="All documents").click()
    page.get_by_role("button", name="Knowledge: 1 to look at").wait_for()
    page.get_by_text("Reported as wrong (1)").click()
    page.get_by_text("It is <i>45</i> days.").wait_for()
    page.get_by_role("textbox", name="What came of it").fill("corrected")
    page.get_by_role("button", name="Settled").click()
    page.get_by_text("Nobody holds anything to be wrong.").wait_for()
    page.get_by_role("radio", name="Ingest runs").click()
    page.get_by_text("1 changed").wait_for()


def test_what_a_colleague_answered_can_become_an_article(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "كم مدة الضمان؟ دفعت 9000 ريال سعودي نقدًا")
    answered(page, 88)
    page.locator("[class*=st-key-escalated-]").get_by_role("button", name="Open the case").click()
    page.get_by_role("textbox", name="Your name").fill("Ana Lima")
    page.get_by_role("textbox", name="What the customer was told").fill("الضمان 24 شهرًا")
    page.get_by_role("button", name="Answered", exact=True).click()
    page.get_by_text("Answered by Ana Lima").wait_for()
    page.get_by_role("button", name="Knowledge: 1 to look at").click()
    page.get_by_text("Answers of colleagues (1)").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as an article").click()
    assert "الضمان 24 شهرًا" in Path(download.value.path()).read_text(encoding="utf-8")
    page.get_by_text("No answer of a colleague waits here.").wait_for()
