"""A draft in the agent's own language beside it: to read along, never to send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.desk.drafts.draft import Draft
from guardrails.folding import primary_language


class Translates(Protocol):
    """Who puts sentences into another language."""

    def translate(
        self, sentences: Sequence[tuple[str, str]], into: str, names: Sequence[str] = (), model: str | None = None
    ) -> list[str | None]:
        """Each sentence, given with its language; None for one that could not be had with the same numbers."""
        ...


@dataclass(frozen=True, slots=True)
class Beside:
    """A sentence of a draft, and what stands beside it.

    :param text: the translation, or what the documents say where there is none.
    :param language: of ``text``.
    :param translated: False where it is the documents' wording.
    """

    sentence: str
    text: str
    language: str
    translated: bool


def beside(translates: Translates, draft: Draft, language: str, names: Sequence[str] = ()) -> list[Beside]:
    """Every sentence of the draft with its translation, or else the words of the documents that it cites."""
    given = [(sentence.text, sentence.language) for sentence in draft.sentences]
    translations = translates.translate(given, language, names) if given else []
    quotes = {citation.n: citation for citation in draft.citations}
    found = []
    for sentence, translation in zip(draft.sentences, translations, strict=True):
        if translation is not None:
            found.append(Beside(sentence.text, translation, language, True))
            continue
        cited = [quotes[number] for number in sentence.citations if number in quotes]
        own = [each for each in cited if primary_language(each.language) == primary_language(language)]
        for each in (own or cited)[:1]:
            found.append(Beside(sentence.text, each.quote, each.language, False))
    return found
