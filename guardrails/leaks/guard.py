"""Nothing leaves with an answer that is not the company's to tell, or that its reader would not see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from guardrails.citations import parse_citations
from guardrails.cues import Cues
from guardrails.guards import DraftSentence
from guardrails.leaks.links import Link, find_links, is_allowed, is_given
from guardrails.leaks.markup import find_markup
from guardrails.leaks.policy import LeaksPolicy
from guardrails.leaks.prompts import PromptTexts
from guardrails.leaks.secrets import find_secret
from guardrails.verdicts import Verdict

_CUES_PATH = Path(__file__).with_name("cues.yaml")
_NO_HOST_TO_CHECK = frozenset({"mailto", "tel", "sms"})  # safe where the passage has the same address or number
_ORDERS = {
    "credentials": "asks for a password, code or card number",
    "unchecked": "says to leave out a check",
    "concealed": "says to hide or erase something",
    "command": "says to click, run or install something",
}


class LeaksGuard:
    """Checks a sentence as it would be shown and as the model wrote it.

    Codes: ``leak-prompt``, ``leak-secret``, ``link-not-allowed``, ``markup``, ``instruction``.

    :param prompts: the texts that the model is instructed with, in all languages.
    """

    name = "leaks"

    def __init__(self, policy: LeaksPolicy, prompts: Sequence[str]) -> None:
        self._policy = policy
        self._prompts = PromptTexts(prompts, policy.prompt_overlap)
        self._cues = Cues.load(_CUES_PATH)

    def check(self, sentence: DraftSentence) -> list[Verdict]:
        """What must not be shown."""
        if not self._policy.enabled:
            return []
        evidence = "\n".join(passage.text for passage in sentence.cited)
        found: dict[str, str] = {}
        for text in dict.fromkeys((sentence.text, sentence.written)):
            for code, reason in self._findings(text, evidence):
                found.setdefault(code, reason)
        return [Verdict(self.name, code, False, 1.0, reason) for code, reason in found.items()]

    def _findings(self, text: str, evidence: str) -> list[tuple[str, str]]:
        found = []
        secret = find_secret(text, evidence, self._policy.secret_bits)
        if secret:
            found.append(("leak-secret", secret))
        links = find_links(text)
        given = find_links(evidence) if links else []
        found += [
            ("link-not-allowed", f"the link {link.written[:80]} is neither allowed nor in a cited passage")
            for link in links
            if not self._may_link(link, given)
        ]
        markup = find_markup(parse_citations(text)[0])
        if markup and find_markup(evidence) != markup:
            found.append(("markup", f"it has {markup}"))
        if self._prompts.repeated_in(text, evidence):
            found.append(("leak-prompt", "it repeats a part of the prompt"))
        return found + self._phrases(text, evidence)

    def _may_link(self, link: Link, given: Sequence[Link]) -> bool:
        if is_given(link, given):
            return not link.has_user and link.scheme in {"", "http", "https", *_NO_HOST_TO_CHECK}
        safe = not link.has_user and link.scheme in {"", "http", "https"}
        return safe and is_allowed(link.host, self._policy.allowed_hosts)

    def _phrases(self, text: str, evidence: str) -> list[tuple[str, str]]:
        found = []
        for name, words in self._cues.found(text).items():
            if self._cues.has(name, evidence):
                continue
            if name == "prompt":
                found.append(("leak-prompt", f"it tells of its instructions (“{words}”)"))
            else:
                found.append(("instruction", f"it {_ORDERS[name]} (“{words}”), which no cited passage does"))
        return found
