"""Conversations to hold: for each language ten customers, each with questions of the golden set.

What each wants at each turn is set by rule, so that the same seed gives the same parts with every model; whose words
say it is the business of :mod:`eval.customers.player`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from eval.customers.words import CustomerWords
from eval.errors import EvalUserError
from eval.suites.golden import GoldenQuestion
from prompts.slots import fill

Persona = Literal["plain", "impatient", "confused", "switching", "hostile", "personal"]
PERSONAS: tuple[Persona, ...] = get_args(Persona)
_PERSON = frozenset({"person"})
_OF_EACH: Mapping[Persona, int] = {
    "plain": 2, "impatient": 2, "confused": 1, "switching": 2, "hostile": 1, "personal": 2,
}  # fmt: skip


@dataclass(frozen=True)
class CustomerTurn:
    """What a customer says.

    :param golden: the question it holds, by which the answer is judged; None where it holds none.
    :param causes: it must have become a case by now for one of these.
    """

    text: str
    language: str
    golden: GoldenQuestion | None = None
    causes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CustomerConversation:
    """One customer.

    :param personal: what they say of themselves that nobody else may see.
    """

    id: str
    persona: Persona
    language: str
    turns: tuple[CustomerTurn, ...]
    personal: tuple[str, ...] = ()

    @property
    def causes(self) -> frozenset[str]:
        """Of the cases that it may become."""
        return frozenset(cause for turn in self.turns for cause in turn.causes)


class Casting:
    """Makes conversations of words and golden questions, in the languages that have both.

    :raises EvalUserError: no language has words, a question that can be answered and one that cannot.
    """

    def __init__(self, words: Mapping[str, CustomerWords], golden: Sequence[GoldenQuestion], seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # a choice of questions, nothing secret
        # A question of a day of its own needs to be asked on that day, which a conversation does not do.
        usable = [each for each in golden if each.as_of is None and each.language in words]
        answerable = self._shuffled([each for each in usable if each.answerable])
        unanswerable = self._shuffled([each for each in usable if not each.answerable])
        self._words = {
            language: words[language] for language in words if answerable[language] and unanswerable[language]
        }
        self._answerable, self._unanswerable = answerable, unanswerable
        if not self._words:
            raise EvalUserError(
                f"customers need an answerable and an unanswerable question in one of {', '.join(words)}"
            )

    def conversations(self) -> list[CustomerConversation]:
        """Ten in each language."""
        makers: dict[Persona, Callable[[str], tuple[CustomerTurn, ...]]] = {
            "plain": self._plain,
            "impatient": self._impatient,
            "confused": self._confused,
            "switching": self._switching,
            "hostile": self._hostile,
            "personal": self._personal,
        }
        return [
            CustomerConversation(
                f"{language}-{persona}-{number}",
                persona,
                language,
                makers[persona](language),
                self._words[language].personal.values if persona == "personal" else (),
            )
            for language in self._words
            for persona in PERSONAS
            for number in range(1, _OF_EACH[persona] + 1)
        ]

    def _plain(self, language: str) -> tuple[CustomerTurn, ...]:
        return self._asks(language), CustomerTurn(self._words[language].thanks, language)

    def _impatient(self, language: str) -> tuple[CustomerTurn, ...]:
        words = self._words[language].impatient
        return self._asks(language, words.first), CustomerTurn(words.gives_up, language, causes=_PERSON)

    def _confused(self, language: str) -> tuple[CustomerTurn, ...]:
        words = self._words[language].confused
        question = self._next(self._unanswerable, language)
        return (
            CustomerTurn(question.question, language, question),
            CustomerTurn(words.again, language),
            # Whoever was left without an answer twice is handed over before they ask for it.
            CustomerTurn(words.accepts, language, causes=_PERSON | {"low-evidence"}),
        )

    def _switching(self, language: str) -> tuple[CustomerTurn, ...]:
        others = sorted(set(self._words) - {language})
        return self._asks(language), self._asks(self._chance.choice(others) if others else language)

    def _hostile(self, language: str) -> tuple[CustomerTurn, ...]:
        words = self._words[language].hostile
        return (
            self._asks(language),
            CustomerTurn(words.insults, language, causes=frozenset({"abuse"})),
            CustomerTurn(words.threatens, language, causes=frozenset({"legal"})),
        )

    def _personal(self, language: str) -> tuple[CustomerTurn, ...]:
        words = self._words[language]
        return self._asks(language, words.personal.says), self._asks(language)

    def _asks(self, language: str, frame: str = "{question}") -> CustomerTurn:
        golden = self._next(self._answerable, language)
        return CustomerTurn(fill(frame, {"question": golden.question}), language, golden)

    def _shuffled(self, questions: list[GoldenQuestion]) -> dict[str, list[GoldenQuestion]]:
        """By language; none for a language that has none."""
        self._chance.shuffle(questions)
        found: dict[str, list[GoldenQuestion]] = defaultdict(list)
        for each in questions:
            found[each.language].append(each)
        return found

    @staticmethod
    def _next(questions: Mapping[str, list[GoldenQuestion]], language: str) -> GoldenQuestion:
        """The one that was asked longest ago."""
        question = questions[language].pop(0)
        questions[language].append(question)
        return question
