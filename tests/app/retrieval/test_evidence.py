"""When passages are evidence enough."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.errors import AppError
from app.retrieval.evidence import FILE, load_evidence_model


def test_nothing_found_is_no_evidence() -> None:
    assert load_evidence_model().probability([]) == 0.0


def test_the_fitted_file_says_what_it_was_fitted_on_and_weighs_in_the_right_direction() -> None:
    model = load_evidence_model()
    assert "golden" in model.fitted_on
    assert model.coefficients["chunk"] > 0 > model.coefficients["uncovered"]
    assert 0 < model.threshold < 1


@pytest.mark.parametrize("change", [{"coefficients": {"chunk": 1.0}}, {"threshold": "high"}, {"extra": 1}])
def test_a_file_that_does_not_fit_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "evidence.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(FILE.read_text()) | change))
    with pytest.raises(AppError, match=r"evidence\.yaml"):
        load_evidence_model(file)
