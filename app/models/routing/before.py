"""Which of the two models is asked first, and why."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.routing.policy import BeforePolicy

FIRST = "first"
THIN_EVIDENCE = "thin-evidence"
DELICATE = "delicate"
LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a question before a model was asked.

    :param is_delicate: whether the rules of escalation take it for a case of a delicate cause.
    """

    confidence: float  # 0..1, that the evidence answers it
    is_delicate: bool = False
    small_covers: bool = True  # its language
    large_covers: bool = True


@dataclass(frozen=True, slots=True)
class First:
    """The model to ask first."""

    is_large: bool
    why: str  # stable code


def decide_before(known: Known, policy: BeforePolicy) -> First:
    """The large one where the case is delicate, the language is not the small one's, or the evidence is thin."""
    if known.is_delicate:
        return First(True, DELICATE)
    if policy.language and known.large_covers and not known.small_covers:
        return First(True, LANGUAGE)
    if known.confidence < policy.thin_evidence:
        return First(True, THIN_EVIDENCE)
    return First(False, FIRST)
