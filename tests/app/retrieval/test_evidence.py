"""When passages are evidence enough."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.errors import AppError
from app.retrieval.evidence import FILE, features, load_evidence_model
from app.retrieval.scoring import Score


def test_nothing_found_is_no_evidence() -> None:
    assert load_evidence_model().probability([]) == 0.0


def test_the_fitted_file_says_what_it_was_fitted_on_and_weighs_in_the_right_direction() -> None:
    model = load_evidence_model()
    assert "golden" in model.fitted_on
    assert model.coefficients["chunk"] > 0 > model.coefficients["uncovered"]
    assert 0 < model.threshold < 1


def scored(chunk: float, **parts: float | bool) -> Score:
    return Score(chunk=chunk, unit=chunk, tokens=chunk, **parts)  # type: ignore[arg-type]


def test_the_lead_is_over_those_that_come_after_the_best_three() -> None:
    scores = [scored(each) for each in (0.9, 0.8, 0.7, 0.5, 0.3, 0.1)]
    assert features(scores)["lead"] == pytest.approx(0.9 - 0.3)
    assert features(scores[:2])["lead"] == pytest.approx(0.1)
    assert 0 < features(scores[:1])["lead"] < 0.2  # nothing to compare with says little either way


def test_what_stands_out_is_evidence_and_what_all_passages_share_is_not() -> None:
    model = load_evidence_model()
    alike, out = ([scored(0.5), *[scored(rest)] * 5] for rest in (0.48, 0.2))
    assert model.probability_of(out) > model.probability_of(alike) + 0.1


def test_a_country_that_no_document_and_no_passage_names_is_uncovered() -> None:
    assert features([scored(0.5, named=True)])["uncovered"] == 1
    assert features([scored(0.5, named=True, country=1.0)])["uncovered"] == 0  # the passage itself names it
    assert features([scored(0.5)])["uncovered"] == 0
    assert features([scored(0.5, named=True, country=1.0)])["country"] == 0
    assert features([scored(0.5, named=True, country=0.4, about=0.4)])["country"] == 0.4


def test_what_is_asked_of_a_thing_must_be_there_as_well_as_the_thing() -> None:
    model = load_evidence_model()
    whole, partly = ([scored(0.5, least=least)] * 4 for least in (0.5, 0.1))
    assert model.probability_of(whole) > model.probability_of(partly)


def test_nearness_in_the_questions_own_language_says_less() -> None:
    model = load_evidence_model()
    own, other = ([scored(0.5, own_language=alike)] * 4 for alike in (True, False))
    assert features(own)["own_language"] == 1
    assert model.probability_of(own) < model.probability_of(other)


@pytest.mark.parametrize("change", [{"coefficients": {"chunk": 1.0}}, {"threshold": "high"}, {"extra": 1}])
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "evidence.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(FILE.read_text()) | change))
    with pytest.raises(AppError, match=r"evidence\.yaml"):
        load_evidence_model(file)
