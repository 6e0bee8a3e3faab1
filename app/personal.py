"""Personal data on the way to a model and back: what it reads has placeholders, what it writes gets the values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.answers import Question
from app.retrieval.passages import Passage
from guardrails.personal.placeholders import replaced_in_stream
from guardrails.personal.spans import PERSON
from guardrails.personal.vault import Entry, Vault


@dataclass(frozen=True, slots=True)
class MaskedPassage:
    """A passage as the prompt shows it."""

    number: int
    title: str
    heading: tuple[str, ...]
    text: str
    date: str | None
    is_history: bool


class Masking:
    """The placeholders of one question and of what its conversation said before.

    :param language: of what nobody noted the language of.
    """

    def __init__(self, question: Question, language: str) -> None:
        self._vault = Vault(Entry(PERSON, number, 1, name) for number, name in enumerate(_forms(question.names), 1))
        for turn in question.history:  # so that a value keeps its number from one question to the next
            self._vault.mask(turn.text, turn.language or language)

    def text(self, text: str, language: str) -> str:
        """``text`` with placeholders."""
        return self._vault.mask(text, language)

    def passage(self, passage: Passage) -> MaskedPassage:
        """What the prompt shows of ``passage``, with placeholders."""
        language = passage.language
        return MaskedPassage(
            passage.number,
            self.text(passage.title, language),
            tuple(self.text(part, language) for part in passage.heading),
            self.text(passage.text, language),
            passage.date,
            passage.is_history,
        )

    def restored(self, words: Iterable[str]) -> Iterator[str]:
        """What a model writes, word by word, with the values back."""
        return replaced_in_stream(words, self._vault.restore)


def _forms(names: Iterable[str]) -> list[str]:
    """The names and their parts, each a name of its own: what stood there must come back to the letter."""
    return list(dict.fromkeys(form for name in names for form in (name, *name.split())))
