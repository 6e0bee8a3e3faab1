"""The prompt fits the context that is sent, with the best passages in it, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.answers import Question
from app.budget import build_prompt
from app.errors import ModelError
from app.models.tokens import most_tokens
from app.personal import Masking
from app.retrieval.passages import Passage
from ingest.languages.calibration import calibration_texts
from tests.app.passages import passage
from tests.support.ollama import OllamaServer, SmolBackend
from tests.support.ollama.messages import Message

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

QUESTION = "商品は何日以内に返品できますか。送料はかかりますか。"
PREDICT = 96
MASKING = Masking(Question(text=QUESTION), "ja")


def passages_in(language: str, number: int = 10) -> list[Passage]:
    sentences = calibration_texts()[language].passages
    return [
        passage(sentences[at * 4 : at * 4 + 4], at + 1, document=f"d{at}.md", language=language) for at in range(number)
    ]


def prompt(
    passages: list[Passage], num_ctx: int = 2048, question: str = QUESTION, family: str = "llama"
) -> tuple[list[BaseMessage], list[Passage]]:
    return build_prompt(question, "ja", passages, family, num_ctx, PREDICT, MASKING)


@pytest.mark.parametrize("family", ["llama", "mistral"])
@pytest.mark.parametrize("num_ctx", [1300, 2048, 8192])
@pytest.mark.parametrize("language", ["en", "de", "pl", "ar", "hi", "ja", "zh", "th"])
def test_the_prompt_leaves_room_for_the_answer_whatever_the_language(language: str, num_ctx: int, family: str) -> None:
    messages, fitting = prompt(passages_in(language), num_ctx, family=family)
    assert fitting
    assert sum(most_tokens(str(message.content)) for message in messages) <= num_ctx - PREDICT


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_prompt_fits_a_real_models_context(language: str, ollama_smol: OllamaServer[SmolBackend]) -> None:
    question = calibration_texts()[language].questions[0]
    messages, fitting = build_prompt(question, language, passages_in(language), "llama", 1500, PREDICT, MASKING)
    sent = [Message(role="user", content=str(message.content)) for message in messages]
    assert len(fitting) < 10
    assert ollama_smol.backend.count(sent) <= 1500 - PREDICT


def test_the_best_passages_come_first_and_the_others_are_left_out_whole() -> None:
    passages = passages_in("en")
    messages, fitting = prompt(passages, 1500)
    assert 0 < len(fitting) < len(passages)
    assert fitting == passages[: len(fitting)]
    text = str(messages[-1].content)
    positions = [text.index(unit) for passage in fitting for unit in passage.units]
    assert positions == sorted(positions)
    assert not any(unit in text for passage in passages[len(fitting) :] for unit in passage.units)


def test_a_long_passage_behind_the_best_does_not_push_the_best_out() -> None:
    short, long = passage(["Returns take 45 days."], 1), passage(["A very long rule. " * 900], 2, document="long.md")
    _, fitting = prompt([short, long])
    assert fitting == [short]


def test_the_question_and_its_language_are_in_the_prompt() -> None:
    messages, _ = prompt(passages_in("en"))
    text = "\n".join(str(message.content) for message in messages)
    assert QUESTION in text
    assert "Japanese" in text
    assert "日本語" in text


def test_mistral_and_llama_get_their_own_wording() -> None:
    llama, mistral = (prompt(passages_in("en"), family=family)[0] for family in ("llama", "mistral"))
    assert str(llama[0].content) != str(mistral[0].content)


def test_every_prompt_has_a_fence_of_its_own() -> None:
    first, second = (prompt(passages_in("en"))[0] for _ in range(2))
    assert str(first[0].content) != str(second[0].content)


@pytest.mark.parametrize(("num_ctx", "question"), [(1024, QUESTION * 40), (300, QUESTION)])
def test_where_not_one_passage_fits_nothing_is_asked(num_ctx: int, question: str) -> None:
    with pytest.raises(ModelError, match="POLYDESK_NUM_CTX") as raised:
        prompt(passages_in("en"), num_ctx, question)
    assert raised.value.code == "truncated-prompt"
