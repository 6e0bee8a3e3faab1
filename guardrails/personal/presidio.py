"""Recognisers of presidio-analyzer beside our own, where the policy names them."""

from __future__ import annotations

from typing import Any

from guardrails.errors import GuardError
from guardrails.personal.spans import NATIONAL_ID, TYPES, PersonalSpan

# Presidio's names of what we know under another; what is not here is somebody's number in some country.
_TYPES = {
    "CREDIT_CARD": "CARD",
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP",
    "LOCATION": "ADDRESS",
    "PHONE_NUMBER": "PHONE",
}


class PresidioRecognizer:
    """One of presidio's predefined recognisers of patterns, by the name of its class (``AuTfnRecognizer``).

    Presidio's package imports torch and transformers, so it is loaded only where a policy asks for it.

    :raises GuardError: presidio-analyzer is not installed, or has no recogniser of this name.
    """

    def __init__(self, name: str) -> None:
        try:
            from presidio_analyzer import PatternRecognizer, predefined_recognizers
        except ImportError as error:
            raise GuardError(f"{name} needs presidio-analyzer: pip install 'polydesk[presidio]'") from error
        kind: Any = getattr(predefined_recognizers, name, None)
        if not (isinstance(kind, type) and issubclass(kind, PatternRecognizer)):
            raise GuardError(f"presidio-analyzer has no recogniser of patterns that is called {name}")
        self._recognizer = kind()

    def find(self, text: str) -> list[PersonalSpan]:
        """What presidio finds, under our names of the types."""
        found = self._recognizer.analyze(text, self._recognizer.supported_entities)
        return [PersonalSpan(each.start, each.end, _our(each.entity_type), each.score) for each in found]


def _our(name: str) -> str:
    known = _TYPES.get(name, name)
    return known if known in TYPES else NATIONAL_ID
