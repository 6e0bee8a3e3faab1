"""Another model for all, at run time: no answer fails, and each says who wrote it."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.answers import Answer
from app.errors import AppUserError
from app.models.choosing import choose_model
from app.models.chosen import choose, chosen_model
from app.settings import Settings
from tests.app.conftest import RETURNS, AssistantMaker, answer_of
from tests.app.scripting import says
from tests.conftest import with_models
from tests.support.ollama import OllamaServer, Reply, ScriptedBackend
from tests.support.ollama.backend import GenerationRequest
from tests.support.patience import eventually

MISTRAL, LLAMA = "mistral:7b", "llama3.1:8b"
READ = {MISTRAL: 1001, LLAMA: 2002}  # tokens that each says it has read: who really wrote an answer
_SENTENCE = "An article can be sent back within 45 days of delivery [{45 days}]."


def written_by_whoever_was_asked(request: GenerationRequest) -> Reply:
    return says(_SENTENCE, prompt_eval_count=READ[str(request.body["model"])], pause_s=0.01)(request)


def test_mistral_becomes_llama_while_eight_conversations_run(
    small_assistant: AssistantMaker, tmp_path: Path, models_folder: Path
) -> None:
    home = tmp_path / "home"
    with_models(home, models_folder)
    backend = ScriptedBackend(default=written_by_whoever_was_asked)
    switched = threading.Event()
    with OllamaServer(backend, models=(MISTRAL, LLAMA), parallel=8) as server:
        assistant = small_assistant(home=home, ollama_url=server.url)
        choose(home, f"ollama:{MISTRAL}")

        def conversation(_: int) -> list[Answer]:
            answers: list[Answer] = []
            while len(answers) < 2 or not switched.is_set() or answers[-1].model != f"ollama:{LLAMA}":
                answers.append(answer_of(assistant, RETURNS))
                assert len(answers) < 40, "the page never noticed"
            return answers

        with ThreadPoolExecutor(8) as pool:
            running = [pool.submit(conversation, number) for number in range(8)]
            assert eventually(lambda: len(backend.seen) >= 12, seconds=60)
            choose(home, f"ollama:{LLAMA}")
            switched.set()
            conversations = [each.result() for each in running]
    answers = [answer for each in conversations for answer in each]
    assert {answer.action for answer in answers} == {"answer"}
    assert {answer.usage.prompt_tokens: answer.model for answer in answers} == {
        tokens: f"ollama:{tag}" for tag, tokens in READ.items()
    }
    counted = Counter(answer.model for answer in answers)
    assert counted[f"ollama:{MISTRAL}"] >= 8
    assert counted[f"ollama:{LLAMA}"] >= 8
    for each in conversations:  # nobody goes back to the old one
        models = [answer.model for answer in each]
        assert models == sorted(models, key=lambda name: name == f"ollama:{LLAMA}")


def test_one_conversation_may_have_another_model(
    small_assistant: AssistantMaker, tmp_path: Path, models_folder: Path
) -> None:
    home = tmp_path / "home"
    with_models(home, models_folder)
    with OllamaServer(ScriptedBackend(default=written_by_whoever_was_asked), models=(MISTRAL, LLAMA)) as server:
        assistant = small_assistant(home=home, ollama_url=server.url)
        choose(home, f"ollama:{MISTRAL}")
        assert answer_of(assistant, RETURNS, model=f"ollama:{LLAMA}").model == f"ollama:{LLAMA}"
        assert answer_of(assistant, RETURNS).model == f"ollama:{MISTRAL}"
        systems = [request.system_text for request in server.backend.seen]
    assert systems[0] != systems[1]  # each family has its own variant of the prompt


def test_the_setting_comes_before_the_choice_and_the_choice_before_the_server(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, ollama_url="http://127.0.0.1:9")

    def name(**overrides: object) -> str | None:
        model = choose_model(settings.model_copy(update=overrides))
        return model.name if model else None

    assert name() is None
    choose(tmp_path, "ollama:mistral-small")
    assert name() == "ollama:mistral-small"
    assert name(model="ollama:llama3.1:8b") == "ollama:llama3.1:8b"
    choose(tmp_path, "quoting")
    assert name() is None
    choose(tmp_path, None)
    choose(tmp_path, None)
    assert chosen_model(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"model": 3}', '{"model": ""}'])
def test_a_damaged_choice_is_said_and_not_guessed(tmp_path: Path, content: str) -> None:
    (tmp_path / "model.json").write_text(content, encoding="utf-8")
    with pytest.raises(AppUserError, match="polydesk models use"):
        chosen_model(tmp_path)


def test_readers_see_the_old_choice_or_the_new_one(tmp_path: Path) -> None:
    names = [f"ollama:{'long' * count}" for count in (1, 400)]
    done = threading.Event()

    def change() -> None:
        for number in range(150):
            choose(tmp_path, names[number % 2])
        done.set()

    choose(tmp_path, names[0])
    writer = threading.Thread(target=change)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(chosen_model(tmp_path))
    writer.join()
    assert seen <= set(names)
