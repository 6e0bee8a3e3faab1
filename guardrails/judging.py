"""A language model as a second opinion on sentences that the gate let pass; off unless one is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from guardrails.errors import GuardError

# The form that bespoke-minicheck was trained on (ollama.com/library/bespoke-minicheck); others follow it as well.
_PROMPT = "Document: {document}\nClaim: {claim}"
_ANSWER = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


class Judge(Protocol):
    """Says how likely it is that passages support a sentence. It may refuse what passed, never the other way round."""

    def __call__(self, sentence: str, passages: Sequence[str], /) -> float:
        """The probability, 0 to 1; an exception counts as a finding, never as a pass."""
        ...


class YesNoJudge:
    """Asks a model that answers Yes or No.

    :param complete: the model's answer to a prompt.
    """

    def __init__(self, complete: Callable[[str], str]) -> None:
        self._complete = complete

    def __call__(self, sentence: str, passages: Sequence[str], /) -> float:
        """1 for Yes and 0 for No.

        :raises GuardError: the model answered something else.
        """
        said = self._complete(_PROMPT.format(document="\n\n".join(passages), claim=sentence))
        answer = _ANSWER.match(said)
        if not answer:
            raise GuardError(f"the judge answered neither yes nor no: {said[:80]!r}")
        return float(answer[1].lower() == "yes")
