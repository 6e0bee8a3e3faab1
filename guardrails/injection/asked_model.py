"""A further layer: a language model that was made to tell attacks, such as Llama Guard or Prompt Guard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guardrails.errors import GuardError
from guardrails.guards import AskedText
from guardrails.verdicts import Verdict

_SAFE = frozenset({"safe", "benign", "no"})
_UNSAFE = frozenset({"unsafe", "injection", "jailbreak", "malicious", "yes"})


class ModelQuestionGuard:
    """Asks a model about a question; off unless it is put among the guards.

    :param ask: takes the question's text, and gives back what the model says. Its first word decides: ``safe`` or
        ``benign`` passes, ``unsafe``, ``injection`` or ``jailbreak`` does not.
    """

    name = "injection-model"

    def __init__(self, ask: Callable[[str], str]) -> None:
        self._ask = ask

    def check(self, asked: AskedText) -> Sequence[Verdict]:
        """:raises GuardError: when the model's words are neither of these."""
        said = self._ask(asked.text)
        word, _, rest = said.strip().partition("\n")
        first = word.split()[0].strip(".,:;!").lower() if word.split() else ""
        if first in _SAFE:
            return ()
        if first not in _UNSAFE:
            raise GuardError(f"the model that looks for attacks said neither safe nor unsafe: {said[:80]!r}")
        category = f" ({rest.strip()})" if rest.strip() else ""
        return (Verdict(self.name, "injection", False, 1.0, f"a model takes the text for an attack{category}"),)
