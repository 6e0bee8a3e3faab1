"""The language model that the policy names as a judge of sentences: it reads what the writing model reads."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from app.models.choosing import choose_model
from app.personal import Masking
from app.retrieval.passages import Passage
from app.settings import Settings
from guardrails.judging import Judge, YesNoJudge
from guardrails.policy import Policy

_TOKENS = 16  # Yes or No, with whatever a talkative model puts around it


def open_judge(settings: Settings, policy: Policy) -> Judge | None:
    """The judge of the policy, or None where it names none. It has a guard's time; failing is up to the sentence gate.

    :raises AppUserError: the model cannot be asked for.
    """
    named = choose_model(settings, policy.grounding.judge) if policy.grounding.judge else None
    if named is None:
        return None
    seconds = policy.guards.seconds

    def complete(prompt: str) -> str:
        from langchain_core.messages import HumanMessage

        return "".join(named.limited(_TOKENS, seconds, seconds).stream([HumanMessage(prompt)], threading.Event()))

    return YesNoJudge(complete)


def masked_judge(judge: Judge, masking: Masking, language: str, passages: Sequence[Passage]) -> Judge:
    """A judge that is shown placeholders, the same as the model that wrote the sentence.

    :param language: of the sentences.
    """
    languages = {passage.text: passage.language for passage in passages}

    def judged(sentence: str, texts: Sequence[str], /) -> float:
        masked = [masking.text(text, languages.get(text, language)) for text in texts]
        return judge(masking.text(sentence, language), masked)

    return judged
