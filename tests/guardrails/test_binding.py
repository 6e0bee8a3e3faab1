"""What a sentence says of one thing and the evidence of another speaks against it, and the right way round for it."""

from __future__ import annotations

import numpy as np

from guardrails.entailment import Clause, bound, said

_EVIDENCE = ("Opened goods cannot be returned.", "Sealed goods are taken back.")


def clause(text: str, cosines: tuple[float, float], value: str = "") -> Clause:
    """A clause whose words are as near to two clauses as ``cosines`` says, but for ``value``, which is near to both."""
    words = text.split()
    rows = np.array([(0.9, 0.9) if word == value else cosines for word in words])
    ends = np.cumsum([len(word) + 1 for word in words]) - 1
    return Clause(said(text, "en"), rows, ends)


def test_denials_the_right_way_round_speak_for_a_sentence() -> None:
    claim = [clause("Sealed goods are fine,", (0.5, 0.8)), clause("opened goods are not.", (0.8, 0.5), "not.")]
    features, found = bound(claim, [said(text, "en") for text in _EVIDENCE])
    assert features["denials_bound"] == 1.0
    assert not found


def test_denials_that_are_crossed_speak_against_it_with_the_evidence() -> None:
    claim = [clause("Opened goods are fine,", (0.8, 0.5)), clause("sealed goods are not.", (0.5, 0.8), "not.")]
    features, found = bound(claim, [said(text, "en") for text in _EVIDENCE])
    assert "denials_bound" not in features
    crossed = next(each for each in found if each.feature == "denials_crossed")
    assert crossed.code == "swapped"
    assert "goods" in crossed.reason


def test_a_figure_that_the_evidence_has_of_something_else_is_found() -> None:
    evidence = [said("A pillow costs 20 €,", "en"), said("a blanket 30 €.", "en")]
    claim = clause("The blanket costs 20 €", (0.5, 0.7))
    found = {each.feature for each in bound([claim], evidence).findings}
    assert found == {"quantity_of_other"}
    assert "quantity_of_this" in bound([clause("The pillow costs 20 €", (0.7, 0.5))], evidence).features


def test_what_is_true_of_a_part_speaks_for_it_only_as_far_as_it_goes() -> None:
    pair = [clause("Sealed goods are fine,", (0.5, 0.8)), clause("opened goods are not,", (0.8, 0.5), "not,")]
    further = [clause(f"and gift number {at} comes along,", (0.4, 0.4)) for at in range(2)]
    evidence = [said(text, "en") for text in _EVIDENCE]
    assert bound([*pair, *further], evidence).features["denials_bound"] == 0.5


def test_without_tokens_nothing_is_said() -> None:
    claim = Clause(said("The blanket costs 20 €", "en"))
    evidence = [said("A pillow costs 20 €,", "en"), said("a blanket 30 €.", "en")]
    assert bound([claim], evidence) == ({}, [])
