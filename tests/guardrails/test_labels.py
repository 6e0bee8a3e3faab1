"""Names that are spelled alike in every language tell what a clause is about."""

from __future__ import annotations

import numpy as np

from guardrails.entailment import Clause, bound, said, topics
from guardrails.entailment.labels import labels


def names(text: str, language: str) -> list[str]:
    return [label.name for label in labels(said(text, language))]


def test_names_are_told_from_words_and_figures() -> None:
    assert names("Im Tarif Basis kostet das Paket 3 € und mit P1 nichts.", "de") == ["basis", "p1"]
    assert names("With the Gold card, or form C, you pay 20 EUR.", "en") == ["gold", "c"]
    assert names("Pro版は2台まで対応します。", "ja") == ["pro"]


def test_a_clause_goes_on_about_what_was_named_before_and_in_the_title() -> None:
    evidence = [
        [said(each, "en") for each in ("The Gold card is free.", "It covers travel.", "With Silver it does not.")],
        [said("Support is by phone.", "en")],
    ]
    about = topics([said("Mit der Karte Silver ist alles gedeckt.", "de")], evidence, ["Cards", "The Silver card"])
    assert about.claim == [{"silver"}]
    assert about.evidence == [{"gold"}, {"gold"}, {"silver"}, {"silver"}]


def test_a_name_without_another_tells_nothing_apart() -> None:
    about = topics([said("La carte Gold est gratuite.", "fr")], [[said("The Gold card is free.", "en")]], [""])
    assert about.claim == [frozenset()]


def test_what_is_said_of_another_name_speaks_against_a_sentence() -> None:
    evidence = [said("Form B is for moving in town.", "en"), said("Form C is for moving abroad.", "en")]

    def found(name: str) -> tuple[set[str], set[str]]:
        text = f"Formular {name} gilt für den Wegzug ins Ausland."
        words = text.split()
        near = np.array([(0.9, 0.5) if word == "B" else (0.5, 0.9) if word == "C" else (0.4, 0.7) for word in words])
        claim = Clause(said(text, "de"), near, np.cumsum([len(word) + 1 for word in words]) - 1)
        features, against = bound([claim], evidence, topics([claim.said], [evidence], [""]))
        return set(features), {each.feature for each in against}

    assert found("C") == ({"said_of_this"}, set())
    assert found("B") == (set(), {"said_of_other"})
