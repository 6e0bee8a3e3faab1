"""A real small model that writes badly: what it makes up does not reach the reader.

SmolLM2-135M mixes up numbers freely, which makes it a good adversary. It is asked three easy
questions about short documents, which it sometimes gets right; ``POLYDESK_SMOL_QUESTIONS=100``
asks golden questions about the sample's documents as well, which are beyond it.
"""

from __future__ import annotations

import os
import re
import time
import unicodedata
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import pytest

from app.answers import Answer, Finished, Question, SentenceReady, SentenceWithheld
from app.assistant import Assistant, open_assistant
from app.settings import Settings
from eval.suites.golden import read_golden
from tests.app.conftest import TODAY
from tests.support.ollama import OllamaServer, SmolBackend

pytestmark = pytest.mark.slow
NUMBER_OF_QUESTIONS = int(os.environ.get("POLYDESK_SMOL_QUESTIONS", "3"))
EASY = (
    "How many days does a customer have to send an article back?",
    "Was kostet der Versand in die Schweiz?",
    "Combien de temps le colis reste-t-il en magasin ?",
)
_NUMBER = re.compile(r"\d+(?:[.,'’]\d+|[\u00a0\u202f ]\d{3}(?!\d))*")
_MARKS = re.compile(r"\[\d+\]")
_NO_CENTS = re.compile(r"[.,]0{1,2}$")


@dataclass(frozen=True)
class Asked:
    """One question, its answer, and when the first verdict on a sentence came, in milliseconds after the question."""

    question: str
    answer: Answer
    first_verdict_ms: float | None

    @property
    def share_of_writing(self) -> float:
        """How much of the time from the first word to the end had passed at the first verdict, 0 to 1."""
        timings = self.answer.timings_ms
        return ((self.first_verdict_ms or timings.total) - timings.first_token) / (timings.total - timings.first_token)


def golden_questions(number: int) -> list[Question]:
    """Answerable questions, spread evenly over the suite and so over its languages."""
    suite = read_golden(Path(str(resources.files("ingest") / "sample" / "golden")))
    answerable = [golden for golden in suite if golden.answerable]
    chosen = [answerable[at * len(answerable) // number] for at in range(number)]
    return [Question(text=golden.question, as_of=golden.as_of or TODAY) for golden in chosen]


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest, small_home: Path, ollama_smol: OllamaServer[SmolBackend]) -> list[Asked]:
    easy = [Question(text=text, as_of=TODAY) for text in EASY]
    golden = golden_questions(max(0, NUMBER_OF_QUESTIONS - len(easy)))
    found = []
    rounds = [(small_home, easy), *([(request.getfixturevalue("sample_home"), golden)] if golden else [])]
    for home, questions in rounds:
        settings = Settings(
            home=home, ollama_url=ollama_smol.url, model="ollama:smollm2:135m", num_ctx=1024, num_predict=72
        )
        assistant = open_assistant(settings)
        try:
            found += [ask(assistant, question) for question in questions]
        finally:
            assistant.close()
    return found


def ask(assistant: Assistant, question: Question) -> Asked:
    began = time.perf_counter()
    first: float | None = None
    for event in assistant.ask(question):
        if isinstance(event, SentenceReady | SentenceWithheld) and first is None:
            first = (time.perf_counter() - began) * 1000
    assert isinstance(event, Finished)
    return Asked(question.text, event.answer, first)


def numbers_in(text: str) -> set[str]:
    """The numbers in ``text``, in plain digits without separators, cents of nought and leading zeros."""
    text = unicodedata.normalize("NFKC", text)
    plain = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    return {re.sub(r"\D", "", _NO_CENTS.sub("", number)).lstrip("0") for number in _NUMBER.findall(plain)}


def test_every_number_of_a_supported_sentence_stands_in_a_passage_it_cites(asked: list[Asked]) -> None:
    shown = withheld = generated = 0
    for one in asked:
        generated += one.answer.model != "quoting" and one.answer.usage.completion_tokens > 0
        passages = {
            citation.n: "\n".join((citation.title, *citation.heading, citation.passage, citation.quote))
            for citation in one.answer.citations
        }
        for sentence in one.answer.sentences:
            shown += sentence.supported
            withheld += not sentence.supported
            if sentence.supported:
                assert sentence.citations
                known = numbers_in("\n".join(passages[n] for n in sentence.citations))
                made_up = numbers_in(sentence.text) - known
                assert not made_up, f"{one.question}\n{sentence.text}\n{made_up} in {sentence.citations}"
    print(f"\n{len(asked)} questions, {generated} answered by the model: {shown} shown, {withheld} withheld")
    assert generated >= len(asked) // 2
    assert shown
    assert withheld


def test_sentences_arrive_while_the_model_still_writes(asked: list[Asked]) -> None:
    several = [one for one in asked if len(one.answer.sentences) > 1 and one.answer.model != "quoting"]
    assert several
    assert min(one.share_of_writing for one in several) < 0.75


def test_the_answer_is_made_of_supported_sentences_alone(asked: list[Asked]) -> None:
    for one in asked:
        supported = "".join(sentence.text for sentence in one.answer.sentences if sentence.supported)
        assert not any(sentence.citations for sentence in one.answer.sentences if not sentence.supported)
        if one.answer.action == "answer":
            assert "".join(_MARKS.sub("", one.answer.answer).split()) == "".join(supported.split())
        else:
            assert not supported
