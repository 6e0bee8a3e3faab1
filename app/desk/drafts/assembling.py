"""Puts the answers to the parts of a ticket together: one list of sentences, one numbering of what they cite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.answers import Answer, Citation, Contradiction, Finding, Sentence
from app.desk.drafts.draft import Draft, DraftedSentence, Hold, Need
from guardrails.folding import primary_language

_INTERNAL_NOTE = "(internal)"  # as the sections of tickets are headed that no customer saw
_AGENT = "agent"  # as the sections of tickets are headed that one of the company wrote
_CLEARLY = 0.5  # support by an earlier ticket; that of a rule is for the sentence gate to judge
_OPEN = "all"  # the audience that customers belong to


@dataclass(frozen=True)
class Answered:
    """Something that is asked, and what came of it; None where nobody tried."""

    need: Need
    answer: Answer | None = None


def assembled(frame: Draft, whole: Answer, answered: Sequence[Answered]) -> Draft:
    """The draft.

    :param frame: with what stands around the sentences.
    :param whole: what is found for the message as a whole.
    """
    numbering = _Numbering()
    sentences: list[DraftedSentence] = []
    withheld: list[Sentence] = [sentence for sentence in whole.sentences if not sentence.supported]
    contradictions: list[Contradiction] = []
    for at, each in enumerate(answered):
        if each.answer is None or not each.need.answered:
            withheld += _withheld(each.answer) if each.answer else []
            continue
        withheld += _withheld(each.answer)
        for sentence, cited in _useful(each.answer, frame.language):
            if all(sentence.text != known.text for known in sentences):
                sentences.append(_drafted(sentence, cited, numbering, frame.language, at))
        contradictions += [numbering.of_pair(pair) for pair in each.answer.contradictions]
    spoken = {sentence.need for sentence in sentences}
    answers = [whole, *(each.answer for each in answered if each.answer)]
    # Something that was answered already has no sentence of its own, but is answered.
    needs = tuple(
        each.need.model_copy(
            update={"answered": each.need.answered and (at in spoken or bool(_useful_of(each, frame)))}
        )
        for at, each in enumerate(answered)
    )
    is_open = not sentences or any(not need.answered for need in needs)
    model = next((each.model for each in answers[1:] if each.model != "quoting"), "quoting")
    return frame.model_copy(
        update={
            "sentences": tuple(sentences),
            "withheld": tuple(dict.fromkeys(withheld)),
            "citations": tuple(numbering.citations),
            "contradictions": tuple(_once(contradictions)),
            "needs": needs,
            "come_back": frame.come_back if is_open or all(each.hold for each in sentences) else "",
            "findings": tuple(_findings(answers)),
            "reasons": tuple(dict.fromkeys(code for each in answers[1:] for code in each.reasons)),
            "model": model,
        }
    )


class _Numbering:
    """Places that are cited under numbers of the whole draft, each place once."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self._others: list[Citation] = []

    def of(self, citation: Citation) -> Citation:
        return self._numbered(citation, self.citations)

    def of_pair(self, pair: Contradiction) -> Contradiction:
        first, second = (self._numbered(side, self._others) for side in (pair.first, pair.second))
        return Contradiction(says=pair.says, first=first, second=second)

    def _numbered(self, citation: Citation, into: list[Citation]) -> Citation:
        known = [*self.citations, *self._others]
        place = (citation.document, citation.version, citation.start)
        for each in known:
            if (each.document, each.version, each.start) == place:
                if each not in into and into is self.citations:
                    into.append(each)
                return each
        new = citation.model_copy(update={"n": max((each.n for each in known), default=0) + 1})
        into.append(new)
        return new


def _useful_of(answered: Answered, frame: Draft) -> list[tuple[Sentence, list[Citation]]]:
    return _useful(answered.answer, frame.language) if answered.answer else []


def _useful(answer: Answer, language: str) -> list[tuple[Sentence, list[Citation]]]:
    """The supported sentences with what they cite.

    Nobody is told their own words. Quotes in other languages are of no use beside one that is in the customer's and
    nearer to what is asked.
    """
    citations = {citation.n: citation for citation in answer.citations}
    found: list[tuple[Sentence, list[Citation]]] = []
    for sentence in answer.sentences:
        cited = [citations[number] for number in sentence.citations if number in citations]
        quoted = _quoted(sentence, cited)
        if not sentence.supported or _is_vague(sentence, cited) or (quoted is not None and _is_their_own(quoted)):
            continue
        if quoted is not None and found and _is_foreign(quoted, language):
            first, cited_first = found[0]
            best = _quoted(first, cited_first)
            if best is not None and not _is_foreign(best, language):
                continue
        found.append((sentence, cited))
    return found


def _withheld(answer: Answer) -> list[Sentence]:
    citations = {citation.n: citation for citation in answer.citations}
    found = []
    for sentence in answer.sentences:
        if not sentence.supported:
            found.append(sentence)
        elif _is_vague(sentence, [citations[number] for number in sentence.citations if number in citations]):
            reasons = (*sentence.reasons, "only an earlier ticket says so, and not clearly")
            found.append(sentence.model_copy(update={"supported": False, "reasons": reasons}))
    return found


def _is_vague(sentence: Sentence, cited: Sequence[Citation]) -> bool:
    """Whether nothing but an earlier ticket says it, which is no rule, and that not clearly."""
    return sentence.score < _CLEARLY and bool(cited) and all(each.history for each in cited)


def _quoted(sentence: Sentence, cited: Sequence[Citation]) -> Citation | None:
    """What the sentence quotes word for word, if anything."""
    return next((each for each in cited if each.quote == sentence.text), None)


def _is_foreign(citation: Citation, language: str) -> bool:
    return primary_language(citation.language) != primary_language(language)


def _is_their_own(citation: Citation) -> bool:
    """Whether it is what the customer wrote in an earlier ticket."""
    return citation.history and bool(citation.heading) and not citation.heading[-1].startswith(_AGENT)


def _drafted(
    sentence: Sentence, cited: Sequence[Citation], numbering: _Numbering, language: str, need: int
) -> DraftedSentence:
    quoted = _quoted(sentence, cited)
    own = quoted.language if quoted else language
    values = sentence.model_dump() | {"instead_of": sentence.instead_of}
    return DraftedSentence(
        **values
        | {
            "citations": tuple(dict.fromkeys(numbering.of(each).n for each in cited)),
            "language": own,
            "need": need,
            "hold": _hold(own, cited, language),
        }
    )


def _hold(own: str, cited: Sequence[Citation], language: str) -> Hold:
    if primary_language(own) != primary_language(language):
        return "translate"
    if cited and all(_is_internal(each) for each in cited):
        return "internal"
    if cited and all(each.history for each in cited):
        return "history"
    return ""


def _is_internal(citation: Citation) -> bool:
    """Whether no customer reads it; an earlier ticket of theirs they have read, but for notes among agents."""
    if citation.history:
        return any(_INTERNAL_NOTE in part for part in citation.heading)
    return citation.audience != _OPEN


def _findings(answers: Sequence[Answer]) -> Iterable[Finding]:
    return dict.fromkeys(finding for each in answers for finding in each.findings)


def _once(pairs: Sequence[Contradiction]) -> Iterable[Contradiction]:
    return dict.fromkeys(pairs)
