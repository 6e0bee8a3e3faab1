"""A route is a model by its name, wherever a model is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import AppUserError
from app.models.choosing import choose_model, offered_models
from app.models.routing.naming import parts_of, route_name
from app.models.routing.route import RoutedModel
from app.settings import Settings

NAME = "routed:ollama:llama3.2:3b,ollama:mistral-small"


def test_a_route_is_named_by_its_two_models() -> None:
    assert parts_of(NAME) == ("ollama:llama3.2:3b", "ollama:mistral-small")
    assert route_name(*parts_of(NAME)) == NAME


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("routed:", "name a small and a large model"),
        ("routed:ollama:a", "name a small and a large model"),
        ("routed:ollama:a,", "name a small and a large model"),
        ("routed:a,b,c", "name a small and a large model"),
        ("routed:routed:a,b", "not to a route"),
        ("routed:a,routed:b", "not to a route"),
        ("routed:a,a", "the same model"),
        ("routed:llama3.1:8b,ollama:llama3.1:8b", "both ollama:llama3.1:8b"),
        ("routed:a,quoting", "quoting is no model"),
        ("routed:ollama:a,anthropic:b", "model anthropic:b: write it as ollama:TAG"),
        ("routed:ollama:a,openai:b", "set POLYDESK_OPENAI_URL"),
    ],
)
def test_what_is_no_route_is_said_with_what_to_write(name: str, says: str) -> None:
    with pytest.raises(AppUserError) as raised:
        choose_model(Settings(), name)
    assert says in str(raised.value)


def test_a_route_chosen_by_name_has_both_models_and_lends_out_the_small_one(tmp_path: Path) -> None:
    model = choose_model(Settings(home=tmp_path), "routed:llama3.2:3b,mistral-small")
    assert isinstance(model, RoutedModel)
    assert model.name == NAME
    assert (model.small.name, model.large.name) == ("ollama:llama3.2:3b", "ollama:mistral-small")
    assert (model.tag, model.family, model.options) == (model.small.tag, model.small.family, model.small.options)
    assert model.limited(16).name == "ollama:llama3.2:3b"


def test_the_page_offers_the_routes_that_the_policy_names(tmp_path: Path) -> None:
    policy = tmp_path / "routing.yaml"
    shipped = Path("app/models/routing/policy.yaml")
    source = Path(__file__).resolve().parents[4] / shipped
    policy.write_text(source.read_text(encoding="utf-8").replace("offered: []", f"offered: ['{NAME}']"), "utf-8")
    assert offered_models(Settings(ollama_url="http://127.0.0.1:9", routing=policy)) == (NAME,)
