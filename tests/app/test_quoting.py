"""Without a model the best sentences are quoted as they stand: few, different, and none that is far off."""

from __future__ import annotations

from app.quoting import best_quotes, citation
from app.retrieval.passages import Passage
from tests.app.passages import OFFSET, passage


def quoted(passages: list[Passage]) -> list[str]:
    return [unit.text for _, unit in best_quotes(passages)]


def test_the_sentence_nearest_to_the_question_comes_first() -> None:
    returns = passage(["We are glad to help.", "Returns take 45 days."], similarities=[0.1, 0.9], similarity=0.8)
    other = passage(["Shipping takes 3 days."], document="shipping.md", similarity=0.2)
    assert quoted([returns, other])[0] == "Returns take 45 days."


def test_a_sentence_that_is_far_behind_is_another_subject() -> None:
    near = passage(["Returns take 45 days."], similarity=0.9)
    far = passage(["The canteen opens at noon."], document="canteen.md", similarity=0.2)
    assert quoted([near, far]) == ["Returns take 45 days."]


def test_two_documents_that_are_equally_near_are_both_quoted() -> None:
    here = passage(["Returns take 45 days."], document="eu.md", similarity=0.9)
    there = passage(["Returns take 30 days."], document="uk.md", similarity=0.88)
    assert quoted([here, there]) == ["Returns take 45 days.", "Returns take 30 days."]


def test_two_of_one_document_come_before_one_of_another_that_is_less_near() -> None:
    here = [passage([f"Returns take {days} days."], document="eu.md", similarity=0.9) for days in (45, 30, 15)]
    there = passage(["Returns take 60 days."], document="uk.md", similarity=0.85)
    assert quoted([*here, there]) == ["Returns take 45 days.", "Returns take 30 days.", "Returns take 60 days."]


def test_at_most_three_are_quoted_and_none_twice() -> None:
    same = [passage(["Returns take 45 days."], document=f"d{at}.md", similarity=0.9) for at in range(6)]
    different = [passage([f"Returns take {at + 40} days."], document=f"d{at}.md", similarity=0.9) for at in range(6)]
    assert quoted(same) == ["Returns take 45 days."]
    assert len(quoted(different)) == len(set(quoted(different))) == 3


def test_one_document_does_not_fill_all_the_places() -> None:
    long = [passage([f"Rule {at}."], document="long.md", similarity=0.9) for at in range(5)]
    other = passage(["Returns take 45 days."], document="returns.md", similarity=0.89)
    assert "Returns take 45 days." in quoted([*long, other])


def test_no_passages_give_no_quotes() -> None:
    assert best_quotes([]) == []


def test_a_quote_is_cited_with_its_place_in_the_parsed_text() -> None:
    returns = passage(["We are glad to help.", "Returns take 45 days."], version=3)
    found = citation(4, returns, returns.chunk.units[1])
    assert (found.n, found.document, found.version, found.quote) == (4, "returns.md", 3, "Returns take 45 days.")
    assert returns.chunk.text[found.start - OFFSET : found.end - OFFSET] == found.quote
