"""The sentence gate lets through what its citations support, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from guardrails.entailment import said
from guardrails.grounding import SentenceGate
from guardrails.policy import load_policy
from guardrails.support import best_similarity, read_ahead
from guardrails.verdicts import SentenceVerdict
from tests.guardrails.support_gate import Passage, embed

RETURNS = Passage(
    1,
    "Returns\nItems may be returned within 14 days of delivery.\n"
    "The return shipping fee of 45 € is paid by the customer.",
)
WARRANTY = Passage(
    2, "Warranty\nThe warranty of the device MX-4410 lasts 2 years.\nError code E-17 means that the filter is blocked."
)
DISCOUNT = Passage(3, "Discount\nStudents receive a discount of 20 % from 3 March 2026.")
PASSAGES = [RETURNS, WARRANTY, DISCOUNT]


@pytest.fixture
def gate() -> SentenceGate:
    return SentenceGate(embed, load_policy().grounding)


def check(gate: SentenceGate, sentence: str, language: str = "en", cited: Sequence[Passage] = ()) -> SentenceVerdict:
    return gate.check(sentence, cited, PASSAGES, language)


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("Items may be returned within 14 days of delivery [1].", (1,)),
        ("Items may be returned within two weeks of delivery [1].", (1,)),
        ("The return shipping fee of EUR 45.00 is paid by the customer［1］。", (1,)),
        ("The warranty of the device MX-4410 lasts 24 months 【2】.", (2,)),
        ("Students receive a discount of twenty percent from 3/3/2026 [3].", (3,)),
    ],
)
def test_a_sentence_its_citation_says_is_supported(gate: SentenceGate, sentence: str, numbers: tuple[int, ...]) -> None:
    verdict = check(gate, sentence)
    assert verdict.supported, verdict
    assert verdict.passages == numbers
    assert verdict.codes == ()
    assert verdict.score >= load_policy().grounding.threshold


def test_a_citation_may_come_beside_the_sentence(gate: SentenceGate) -> None:
    verdict = check(gate, "Items may be returned within 14 days of delivery.", cited=[RETURNS])
    assert verdict.supported
    assert verdict.passages == (1,)


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The return shipping fee of 54 € is paid by the customer [1].", "amount 54 €"),
        ("The return shipping fee of 45 $ is paid by the customer [1].", "amount 45 $"),
        ("Students receive a discount of 25 % from 3 March 2026 [3].", "percent 25 %"),
        ("Items may be returned within 30 days of delivery [1].", "duration 30 days"),
        ("Students receive a discount of 20 % from 3 May 2026 [3].", "date 3 May 2026"),
        ("The warranty of the device MX-4401 lasts 2 years [2].", "code MX-4401"),
        ("Error code E-71 means that the filter is blocked [2].", "code E-71"),
    ],
)
def test_one_wrong_quantity_is_enough_to_fail(gate: SentenceGate, sentence: str, missing: str) -> None:
    verdict = check(gate, sentence)
    assert not verdict.supported
    assert "quantity-not-in-evidence" in verdict.codes
    assert any(missing in reason and "is not in [" in reason for reason in verdict.reasons)
    assert verdict.score <= load_policy().grounding.unsupported_quantity_ceiling


def test_quantities_may_be_spread_over_the_cited_passages(gate: SentenceGate) -> None:
    sentence = "Items may be returned within 14 days of delivery, the warranty of the device lasts 2 years [1][2]."
    assert check(gate, sentence).passages == (1, 2)


def test_another_statement_fails_without_any_number(gate: SentenceGate) -> None:
    verdict = check(gate, "Our shop in Lisbon sells fresh oranges every morning [1].")
    assert not verdict.supported
    assert verdict.codes == ("not-supported",)


def test_a_citation_of_a_passage_that_does_not_exist_fails(gate: SentenceGate) -> None:
    verdict = check(gate, "Items may be returned within 14 days of delivery [9].")
    assert not verdict.supported
    assert verdict.codes == ("bad-citation",)
    assert "[9]" in verdict.reasons[0]


def test_a_good_citation_beside_a_bad_one_stands_and_the_bad_one_is_reported(gate: SentenceGate) -> None:
    verdict = check(gate, "Items may be returned within 14 days of delivery [1][9].")
    assert verdict.supported
    assert verdict.passages == (1,)
    assert verdict.codes == ("bad-citation",)


def test_a_wrong_citation_is_corrected(gate: SentenceGate) -> None:
    verdict = check(gate, "Items may be returned within 14 days of delivery [3].")
    assert verdict.supported
    assert verdict.passages == (1,)
    assert verdict.codes == ("citation-corrected",)


def test_an_amount_of_another_passage_does_not_take_the_place_of_the_cited_one(gate: SentenceGate) -> None:
    shipping = Passage(4, "The express shipping fee of 99 € is paid by the customer.")
    sentence = "The return shipping fee of 99 € is paid by the customer [1]."
    verdict = gate.check(sentence, [], [*PASSAGES, shipping], "en")
    assert not verdict.supported
    assert "quantity-not-in-evidence" in verdict.codes


def test_what_the_evidence_denies_is_refused_with_the_reason(gate: SentenceGate) -> None:
    opened = Passage(5, "Opened software cannot be returned.")
    verdict = gate.check("Opened software can be returned [5].", [], [opened], "en")
    assert not verdict.supported
    assert verdict.codes == ("denied",)
    assert verdict.reasons[0] == "[5]: the evidence denies this: «Opened software cannot be returned.»"


def test_a_sentence_without_citation_is_given_one_only_when_it_is_clear(gate: SentenceGate) -> None:
    near = check(gate, "Items may be returned within 14 days of delivery.")
    assert near.supported
    assert (near.passages, near.codes) == ((1,), ("citation-attached",))
    far = check(gate, "Parcels come back to us in the course of 14 days.")
    assert not far.supported
    assert far.codes == ("uncited",)


def test_a_near_passage_with_another_number_is_not_attached(gate: SentenceGate) -> None:
    verdict = check(gate, "Items may be returned within 41 days of delivery.")
    assert not verdict.supported
    assert verdict.codes == ("quantity-not-in-evidence", "uncited")


@pytest.mark.parametrize("sentence", ["", "  [1]", "Yes.", "Yes [1].", "!!!", "是的。"])
def test_a_sentence_that_states_nothing_does_not_pass(gate: SentenceGate, sentence: str) -> None:
    verdict = check(gate, sentence)
    assert not verdict.supported
    assert verdict.codes == ("no-content",)


def test_a_statement_made_by_two_neighbouring_sentences_is_nearer_than_to_either() -> None:
    passage = Passage(1, "Members pay no fee.\nAll other guests are charged at the desk.")
    claim = embed(["Members pay no fee. All other guests are charged at the desk."], "en")[0]
    assert best_similarity(claim, passage) > float((passage.unit_vectors @ claim).max()) + 0.05


def test_quantities_are_compared_across_languages() -> None:
    german = Passage(1, "Die Rückgabefrist beträgt vierzehn Tage, die Gebühr 1.234,50 €.", "de")
    near = SentenceGate(lambda texts, language: german.unit_vectors[:1], load_policy().grounding)
    assert near.check("The period is 14 days, the fee €1,234.50 [1].", [], [german], "en").supported
    wrong = near.check("The period is 14 days, the fee €1,324.50 [1].", [], [german], "en")
    assert wrong.codes == ("quantity-not-in-evidence",)


def _raises(texts: Sequence[str], language: str) -> NDArray[np.floating[Any]]:
    raise ConnectionError("the embedding model went away")


def _nan(texts: Sequence[str], language: str) -> NDArray[np.floating[Any]]:
    return np.full((len(texts), 2048), np.nan, dtype=np.float32)


def _too_few(texts: Sequence[str], language: str) -> NDArray[np.floating[Any]]:
    return np.zeros((0, 2048), dtype=np.float32)


def _other_model(texts: Sequence[str], language: str) -> NDArray[np.floating[Any]]:
    return np.ones((len(texts), 384), dtype=np.float32)


@pytest.mark.parametrize("broken", [_raises, _nan, _too_few, _other_model])
def test_a_broken_embedding_is_a_finding_and_never_a_pass(broken: Any) -> None:
    gate = SentenceGate(broken, load_policy().grounding)
    verdict = gate.check("Items may be returned within 14 days of delivery [1].", [RETURNS], PASSAGES, "en")
    assert not verdict.supported
    assert verdict.codes == ("guard-failed",)
    assert verdict.reasons[0]


def test_broken_vectors_of_a_passage_are_a_finding(gate: SentenceGate) -> None:
    passage = Passage(1, "Items may be returned within 14 days.")
    passage.unit_vectors = np.full_like(passage.unit_vectors, np.nan)
    assert gate.check("Items may be returned within 14 days [1].", [], [passage], "en").codes == ("guard-failed",)
    passage.unit_vectors = np.zeros((5, 2048), dtype=np.float32)
    assert gate.check("Items may be returned within 14 days [1].", [], [passage], "en").codes == ("guard-failed",)


def test_no_passages_support_nothing(gate: SentenceGate) -> None:
    assert not gate.check("Items may be returned within 14 days [1].", [], [], "en").supported
    assert not gate.check("Items may be returned within 14 days.", [], [], "en").supported


def test_a_sentence_waits_for_no_passage_that_was_read_ahead(gate: SentenceGate) -> None:
    read_ahead(RETURNS)
    before = said.cache_info().misses
    sentence = "You have 14 days to send back what was delivered to you."
    assert check(gate, f"{sentence} [1]").codes
    assert said.cache_info().misses - before == 1, "only the sentence itself is new"
