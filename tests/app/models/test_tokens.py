"""The bounds on a prompt's tokens hold for a real tokenizer, in every writing system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.models.tokens import least_tokens, most_tokens
from ingest.languages.calibration import calibration_texts
from tests.support.ollama import OllamaServer, SmolBackend
from tests.support.ollama.messages import Message

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "pl", "nl", "tr", "ar", "hi", "ja", "zh", "th", "ko", "ru")
LATIN = ("en", "de", "fr", "es", "pt", "it", "nl", "tr")
SAMPLE = Path(__file__).resolve().parents[3] / "ingest" / "sample" / "documents"
TABLE = "| Land | Gebühr | Frist |\n| --- | --- | --- |\n| Schweiz | CHF 12,90 | 14 Tage |\n" * 8

Count = Callable[[str], int]


@pytest.fixture(scope="module")
def count(ollama_smol: OllamaServer[SmolBackend]) -> Iterator[Count]:
    """Tokens of a text alone, in SmolLM2's own vocabulary."""
    around = ollama_smol.backend.count([Message(role="system", content="")])
    yield lambda text: ollama_smol.backend.count([Message(role="system", content=text)]) - around


def bundles(language: str) -> list[str]:
    """Real texts of a passage's length."""
    passages = calibration_texts()[language].passages
    return ["\n".join(passages[start : start + 5]) for start in range(0, len(passages), 5)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_has_fewer_tokens_than_the_lower_bound(count: Count, language: str) -> None:
    texts = [*bundles(language), *calibration_texts()[language].questions]
    assert all(least_tokens(text) <= count(text) for text in texts)
    assert all(least_tokens(text) > len(text) / 30 for text in bundles(language))


@pytest.mark.parametrize("language", ["ja", "zh", "th", "hi", "ar"])
def test_the_lower_bound_leaves_room_for_vocabularies_that_know_whole_words(language: str) -> None:
    """Tekken and Llama 4 put up to two and a half characters of these scripts into a token; single texts have more."""
    assert all(least_tokens(text) <= len(text) / 4 for text in bundles(language))


@pytest.mark.parametrize("language", LATIN)
def test_no_passage_in_latin_letters_has_more_tokens_than_are_budgeted(count: Count, language: str) -> None:
    assert all(count(text) <= most_tokens(text) for text in bundles(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_passage_has_twice_the_tokens_that_are_budgeted(count: Count, language: str) -> None:
    """SmolLM2 spells Thai and Korean out in bytes, which no Mistral or Llama model does."""
    assert all(count(text) < 2 * most_tokens(text) for text in bundles(language))


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "-" * 3000,
        "….…. !!!!! ?????" * 50,
        "=====PASSAGES-3fa9c07be12d4471=====\n" * 20,
        "Tel. +49 (0) 30 / 901 820-0, IBAN DE02 1203 0000 0000 2020 51\n" * 10,
        "a\u0323\u0302n u\u0302o\u0301ng " * 50,
        "👩‍👩‍👧 🎉✅ " * 40,
        (SAMPLE / "germany" / "lagerhandbuch.md").read_text(encoding="utf-8"),
        (SAMPLE / "china" / "tuihuanhuo-guize.md").read_text(encoding="utf-8"),
    ],
    ids=["table", "rule", "marks", "fence", "numbers", "decomposed", "emoji", "german", "chinese"],
)
def test_tables_rules_and_whole_documents_have_no_fewer_tokens_than_the_lower_bound(count: Count, text: str) -> None:
    assert least_tokens(text) <= count(text)


@pytest.mark.parametrize("country", ["group", "germany", "portugal", "spain"])
def test_the_lower_bound_notices_a_document_of_which_a_quarter_is_left(count: Count, country: str) -> None:
    for document in sorted((SAMPLE / country).glob("*.md")):
        text = document.read_text(encoding="utf-8")
        assert least_tokens(text) > count(text[: len(text) // 4])
