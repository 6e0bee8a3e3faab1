"""Find the personal data in a text."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from guardrails.folding import primary_language
from guardrails.personal.plain import plain
from guardrails.personal.policy import PersonalPolicy
from guardrails.personal.spans import PersonalSpan, without_overlaps

_UNKNOWN = "und"


class Recognizer(Protocol):
    """Finds personal data of its kind; safe to share between threads."""

    def find(self, text: str) -> list[PersonalSpan]:
        """Where it stands in a text with plain digits (:func:`guardrails.personal.plain.plain`)."""
        ...


def find_personal(text: str, language: str, policy: PersonalPolicy | None = None) -> list[PersonalSpan]:
    """The personal data in ``text``, in its order, none overlapping another.

    :param language: ISO 639-1 code; tells how national telephone numbers and English names are written.
    :param policy: that of :func:`use_policy` when None, or the shipped one.
    """
    return list(_found(text, primary_language(language), policy or _in_use()))


def use_policy(policy: Callable[[], PersonalPolicy]) -> None:
    """What this process takes for personal data from now on, where nothing else is said.

    It goes for whatever is masked: what models, logs and databases get. A company has one policy, and must not have
    its customers' numbers masked in one of these places and not in another.
    """
    global _in_use
    _in_use = policy


def warm_up() -> None:
    """Load the recognisers and their lists, as the first call of :func:`find_personal` does."""
    find_personal("Anna 1", "en")


# The passages of a conversation and its history are looked at with every question.
@lru_cache(maxsize=1024)
def _found(text: str, language: str, policy: PersonalPolicy) -> tuple[PersonalSpan, ...]:
    if not policy.enabled:
        return ()
    clear = plain(text)
    spans = [
        span
        for recognizer in _recognizers(language, policy.numbers, policy.presidio)
        for span in recognizer.find(clear)
        if span.score >= policy.threshold and span.type not in policy.leave
    ]
    left = {name.casefold() for name in policy.not_personal}
    return tuple(span for span in without_overlaps(spans) if text[span.start : span.end].casefold() not in left)


@lru_cache(maxsize=64)
def _recognizers(language: str, numbers: tuple[str, ...], presidio: tuple[str, ...]) -> tuple[Recognizer, ...]:
    from guardrails.personal.addresses import AddressRecognizer
    from guardrails.personal.names import NameRecognizer
    from guardrails.personal.numbers import number_recognizers, own_number_recognizers
    from guardrails.personal.phones import PhoneRecognizer
    from guardrails.personal.presidio import PresidioRecognizer
    from guardrails.personal.tagger import NameTagger

    return (
        *number_recognizers(),
        *own_number_recognizers(numbers),
        PhoneRecognizer(language),
        AddressRecognizer(),
        NameRecognizer(known=language != "en"),
        *([NameTagger()] if language in ("en", _UNKNOWN) else []),  # nobody said that it is not English
        *(PresidioRecognizer(name) for name in presidio),
    )


@lru_cache(maxsize=1)
def _shipped() -> PersonalPolicy:
    from guardrails.policy import load_policy

    return load_policy().personal


_in_use: Callable[[], PersonalPolicy] = _shipped
