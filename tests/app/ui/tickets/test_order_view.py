"""A draft goes by the rules of the day of the order where they are certain, and says where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from streamlit.testing.v1 import AppTest

from app.desk.drafts.order_day import OrderDay
from app.desk.drafts.order_rules import rules_day
from app.desk.drafts.relative_days import Time
from app.desk.knowledge.library import Library
from ingest import knowledge
from ingest.ledger.engine import open_ledger
from ingest.runs import run_ingest
from ingest.settings import IngestSettings
from tests.app.ui.pages import LONGEST_S
from tests.support.hashed_embedder import hashed

BEFORE, CHANGE, AFTER = date(2026, 4, 14), date(2026, 4, 15), date(2026, 4, 16)
OF_MANAGERS = date(2026, 3, 1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules for all changed in April, those for managers alone in March."""
    folder = tmp_path_factory.mktemp("rules")
    docs, settings = folder / "docs", IngestSettings(home=folder / "home")
    docs.mkdir()
    front = f"---\neffective_from: {OF_MANAGERS}\naudience: manager\n---\n"
    (docs / "bonus.md").write_text(f"{front}# Bonus\n\nFive percent.\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knowledge, "open_centred_embedder", lambda *_: hashed())
        for front, days in ("", 14), (f"---\neffective_from: {CHANGE}\n---\n", 30):
            (docs / "returns.md").write_text(f"{front}# Returns\n\nThe deadline is {days} days.\n", encoding="utf-8")
            run_ingest(settings, [docs])
    return settings.home


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    engine = open_ledger(home)
    yield engine
    engine.dispose()


def ordered(day: date, first: date, last: date) -> OrderDay:
    return OrderDay(Time(day, first, last), "said")


def test_the_rules_are_certain_where_they_hold_on_every_day_that_it_may_be(engine: Engine) -> None:
    library = Library(engine)
    for first, last in ((date(2026, 1, 1), BEFORE), (CHANGE, AFTER), (date(2026, 2, 1), OF_MANAGERS)):
        assert rules_day(ordered(last, first, last), library, "agent") == last
    assert rules_day(ordered(AFTER, BEFORE, AFTER), library, "agent") is None
    assert rules_day(ordered(CHANGE, BEFORE, CHANGE), library, "agent") is None


def test_rules_that_the_reader_may_not_read_do_not_make_it_uncertain(engine: Engine) -> None:
    around = ordered(OF_MANAGERS, date(2026, 2, 20), date(2026, 3, 10))
    assert rules_day(around, Library(engine), "manager") is None
    assert rules_day(around, Library(engine), "agent") == OF_MANAGERS


def test_what_was_in_force_is_read_again_only_after_a_change(engine: Engine) -> None:
    library, asked = Library(engine), list[str]()
    before = library.in_force("agent", BEFORE)
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    assert library.in_force("agent", BEFORE) == before != library.in_force("agent", AFTER)
    assert len(asked) == 3  # twice whether anything changed, and once what was in force on the other day


def page(home: str, text: str) -> None:
    from pathlib import Path

    import streamlit as st

    from app.desk.knowledge.library import Library
    from app.ui.tickets.order_view import chosen_rules
    from app.ui.wording import words_for
    from ingest.ledger.engine import open_ledger
    from ingest.sources.tickets import Message, Ticket

    message = Message(text=text, at="2026-04-22T09:00:00Z")
    ticket = Ticket(id="T-1", customer_id="C-1", language="en", messages=(message,))
    engine = open_ledger(Path(home))
    st.text(f"as of {chosen_rules(Library(engine), 'c1', ticket, words_for('en'), 'agent')}")
    engine.dispose()


def drawn(home: Path, text: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=LONGEST_S, kwargs={"home": str(home), "text": text}).run()
    assert not test.exception
    return test


def test_the_day_is_offered_and_can_be_left(home: Path) -> None:
    test = drawn(home, "I ordered it yesterday.")
    assert test.text[0].value == "as of 2026-04-21"
    assert test.toggle[0].label == "By the rules of Apr 21, 2026, when the customer ordered"
    assert test.toggle[0].set_value(False).run().text[0].value == "as of None"


def test_an_agent_is_told_to_ask_where_the_rules_changed_in_the_time(home: Path) -> None:
    test = drawn(home, "I ordered it last week.")
    assert test.text[0].value == "as of None" and not test.toggle
    shown = test.get("html")[0].proto.body
    assert "between Apr 12, 2026 and Apr 19, 2026, and the rules changed in that time" in shown
    assert "I ordered it last week." in shown


def test_a_ticket_without_a_day_shows_nothing(home: Path) -> None:
    test = drawn(home, "The lamp I ordered broke yesterday.")
    assert test.text[0].value == "as of None" and not test.toggle and not test.get("html")
