"""One conversation may have another model than all the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import app.ui
from app.accounts.oidc import OidcSettings
from app.accounts.signing_in import open_sign_in
from app.models.choosing import offered_models
from app.settings import Settings
from app.ui import page, resources, visiting
from app.ui.accounts import accounts_view, sign_in_view
from app.ui.accounts.door import Door
from app.ui.resources import Desk, desk_on
from tests.support.fake_assistant import FakeAssistant
from tests.support.ollama import OllamaServer, ScriptedBackend
from tests.support.patience import eventually

CHAT = Path(app.ui.__file__).parent / "chat.py"
MODELS = ("ollama:llama3.1:8b", "ollama:mistral:7b")


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant(delay=0)


@pytest.fixture
def desk(assistant: FakeAssistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = replace(desk_on(Settings(home=tmp_path), assistant), models=lambda: MODELS)
    door = Door(open_sign_in(tmp_path, 12), OidcSettings(), 12, is_shut=False)
    monkeypatch.setattr(page, "desk", lambda: desk)
    for module in (visiting, accounts_view, sign_in_view):
        monkeypatch.setattr(module, "door", lambda: door)
    resources.offered_models.clear()  # type: ignore[attr-defined]  # of Streamlit's cache
    resources.model_name.clear()  # type: ignore[attr-defined]  # which other tests filled
    yield desk
    resources.offered_models.clear()  # type: ignore[attr-defined]
    desk.jobs.close()
    desk.conversations.close()


def ask(test: AppTest, assistant: FakeAssistant, question: str) -> str | None:
    """The model that the question names."""
    before = len(assistant.asked)
    test.chat_input(key="composer").set_value(question).run()
    assert not test.exception
    assert eventually(lambda: len(assistant.asked) > before)
    return assistant.asked[-1].model


def test_what_is_chosen_counts_for_this_conversation_and_for_no_other(desk: Desk, assistant: FakeAssistant) -> None:
    test = AppTest.from_file(str(CHAT), default_timeout=30).run()
    choice = test.sidebar.selectbox(key="model-choice")
    assert choice.options == ["As for all: mistral-small", "llama3.1:8b", "mistral:7b"]
    choice.set_value(MODELS[1]).run()
    assert ask(test, assistant, "How long is the warranty?") == MODELS[1]
    first = test.query_params["c"]
    assert eventually(lambda: not desk.conversations.list(1)[0].running)
    assert test.run().sidebar.selectbox(key="model-choice").value == MODELS[1]
    assert ask(test, assistant, "And in Japan?") == MODELS[1]
    test.button(key="new-conversation").click().run()
    assert test.sidebar.selectbox(key="model-choice").value == ""
    assert ask(test, assistant, "How long is the warranty?") is None
    test.query_params["c"] = first
    assert test.run().sidebar.selectbox(key="model-choice").value == MODELS[1]


def test_a_route_is_offered_by_the_names_of_its_models(
    desk: Desk, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    route = f"routed:{','.join(MODELS)}"
    monkeypatch.setattr(page, "desk", lambda: replace(desk, models=lambda: (MODELS[0], route)))
    test = AppTest.from_file(str(CHAT), default_timeout=30).run()
    choice = test.sidebar.selectbox(key="model-choice")
    assert choice.options[1:] == ["llama3.1:8b", "llama3.1:8b + mistral:7b"]
    choice.set_value(route).run()
    assert ask(test, assistant, "How long is the warranty?") == route


def test_where_there_is_no_choice_there_is_nothing_to_choose(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "desk", lambda: replace(desk, models=lambda: MODELS[:1]))
    test = AppTest.from_file(str(CHAT), default_timeout=30).run()
    assert "model-choice" not in {each.key for each in test.sidebar.selectbox}


def test_models_that_answer_are_offered_and_guards_are_not() -> None:
    with OllamaServer(ScriptedBackend(), models=("llama3.1:8b", "nomic-embed-text", "mistral:7b")) as server:
        offered = offered_models(Settings(ollama_url=server.url))
    assert set(offered) == set(MODELS)
    assert offered_models(Settings(ollama_url="http://127.0.0.1:9")) == ()
