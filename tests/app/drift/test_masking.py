"""Words that leave the database have placeholders, whether they were sealed when they were stored or not."""

from __future__ import annotations

from app.drift.masking import masked, without_values

SAID = "Frau <PERSON_1> fragt:\nkommt die Antwort an heidi.b@example.at oder an <EMAIL_1.2>?"


def test_what_was_sealed_stays_so_and_what_was_not_is_masked() -> None:
    assert masked(SAID, "de") == "Frau <PERSON_1> fragt: kommt die Antwort an <EMAIL> oder an <EMAIL_1.2>?"


def test_vectors_are_of_what_is_asked_whoever_asks() -> None:
    assert without_values(SAID, "de") == "Frau fragt: kommt die Antwort an oder an ?"
    assert without_values("Kann ich zahlen?", "de") == masked("Kann ich zahlen?", "de") == "Kann ich zahlen?"
