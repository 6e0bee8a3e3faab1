"""A record of training data: the prompt as a model would get it, and the answer that people accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from app.personal import MaskedPassage
from app.training.accepted import Accepted, Kind
from guardrails.personal.vault import Vault
from prompts.answering import answer_prompt, defused_line, render_passages
from prompts.drafting import draft_prompt, draft_slots
from prompts.library import answer_language

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, as every chat template takes it."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """One line of the export; no personal data in it.

    :param record: where it came from, so that it can be taken out when its customer asks for that.
    :param day: on which it was accepted, ISO 8601.
    """

    messages: tuple[Turn, ...]
    record: str
    kind: Kind
    language: str
    day: str
    edit_share: float | None
    consent: str
    licence: str

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what the data may be used, as the company says."""

    consent: str
    licence: str


def record_of(accepted: Accepted, company: str, family: str | None, terms: Terms) -> TrainingRecord:
    """The record of what was accepted, with a placeholder for each piece of personal data.

    :param family: of models, whose prompt is used; the default one when None.
    """
    vault, language = accepted.vault, accepted.language
    used = {number for _, numbers in accepted.sentences for number in numbers}
    passages = [
        MaskedPassage(
            each.n,
            vault.mask(each.title, each.language),
            tuple(vault.mask(part, each.language) for part in each.heading),
            vault.mask(each.passage or each.quote, each.language),
            None,
            each.history,
        )
        for each in accepted.citations
        if each.n in used or not each.history  # of other tickets only what was said of them
    ]
    answer = " ".join(_marked(vault.mask(text, language), numbers) for text, numbers in accepted.sentences)
    turns = (*_asked(accepted, vault, passages, company, family), Turn("assistant", answer))
    return TrainingRecord(
        turns,
        f"{accepted.kind}-{accepted.number}",
        accepted.kind,
        language,
        accepted.at.date().isoformat(),
        accepted.edit_share,
        terms.consent,
        terms.licence,
    )


def _asked(
    accepted: Accepted, vault: Vault, passages: Sequence[MaskedPassage], company: str, family: str | None
) -> tuple[Turn, ...]:
    # A fence that the record itself decides, so that the same export twice is the same file.
    mark = hashlib.sha256(f"{accepted.kind}-{accepted.number}-{accepted.at.isoformat()}".encode()).hexdigest()[:16]
    fence = f"=====PASSAGES-{mark}====="
    asked = vault.mask(accepted.question, accepted.language)
    values = {
        **answer_language(accepted.language),
        "fence": fence,
        "passages": render_passages(passages, fence),
        "question": asked,
    }
    if accepted.kind == "answer":
        return _turns(answer_prompt(family).format_messages(**values))
    slots = draft_slots(company, accepted.manner or "formal", brief=False, remark="")
    return _turns(draft_prompt(family).format_messages(**{**values, **slots, "question": defused_line(asked, fence)}))


def _turns(messages: Sequence[BaseMessage]) -> tuple[Turn, ...]:
    return tuple(Turn(_ROLES[message.type], str(message.content)) for message in messages)


def _marked(text: str, numbers: Sequence[int]) -> str:
    return f"{text} {''.join(f'[{number}]' for number in numbers)}"
