"""Which licence a model is under by whatever name it has, and what that asks."""

from __future__ import annotations

import pytest

from app.models.catalogue import load_catalogue
from app.models.licensing import licensed

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("ollama:mistral-small:24b", "Apache License 2.0"),
        ("ollama:codestral", "Mistral AI Non-Production License (MNPL 0.1)"),
        ("openai:llama3.1:8b", "Llama 3.1 Community License"),
        ("openai:mistralai/Mistral-Small-24B-Instruct-2501", "Apache License 2.0"),
        ("mistralai:mistral-small-latest", "Mistral's commercial terms of service"),
        ("mistralai:mistral-small", "Mistral's commercial terms of service"),
    ],
)
def test_a_model_is_found_by_its_name_wherever_it_runs(name: str, licence: str) -> None:
    found = licensed(CATALOGUE, name)
    assert found is not None and found.licence.name == licence


@pytest.mark.parametrize("name", ["quoting", "ollama:qwen3:8b", "openai:gpt-4o", "openai:mistralai/Other"])
def test_what_the_catalogue_does_not_know_has_no_licence(name: str) -> None:
    assert licensed(CATALOGUE, name) is None


def test_non_production_licences_are_ruled_out_and_others_are_not() -> None:
    out = {each.name: found.rules_out for each in CATALOGUE.models if (found := licensed(CATALOGUE, each.name))}
    assert {name for name, why in out.items() if why} == {"codestral", "bespoke-minicheck"}
    assert out["codestral"].endswith("allows no use in production")


def test_every_duty_has_its_source_and_limits_are_among_them() -> None:
    vision = licensed(CATALOGUE, "llama3.2-vision:11b")
    assert vision is not None and not vision.free
    texts = [duty.text for duty in vision.duties]
    assert any("700 000 000" in text for text in texts) and "No seat of the company in: EU." in texts
    assert all(duty.source.startswith("https://") for duty in vision.duties)
    free = licensed(CATALOGUE, "mistral-nemo")
    assert free is not None and free.free
