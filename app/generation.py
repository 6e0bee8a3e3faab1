"""From a model's stream of words to sentences that passed the gate."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

from app.answers import Sentence, SentenceReady, SentenceWithheld
from app.composer import AnswerComposer
from app.examining import Checks, Examined, Examiner
from app.retrieval.passages import Passage
from app.retrieval.resting import nearest_unit
from ingest.sentences import SentenceStream
from prompts.answering import NO_ANSWER

# As Markdown escapes it, too, and as two words where nothing else is said.
_NO_ANSWER = re.compile(NO_ANSWER.replace("_", r"\\?_") + r"|^\W*" + NO_ANSWER.replace("_", " ") + r"\W*$")
# A citation, or a full stop behind a word: one behind a number may be its decimal point.
_COMPLETE = re.compile(r"[\]］】][\s.。।]*$|[^\W\d_]{3}[.!?؟۔]$|[。！？।]$")

UNFINISHED = "the sentence is unfinished"

Checked = SentenceReady | SentenceWithheld
# The model's second try at a refused sentence; empty where it has none, None where it cannot be asked any more.
Rewrite = Callable[[Examined], str | None]


def gated_sentences(
    words: Iterator[str],
    passages: Sequence[Passage],
    checks: Checks,
    composer: AnswerComposer,
    was_cut: Callable[[], bool] = lambda: False,
    rewrite: Rewrite | None = None,
) -> Iterator[Checked]:
    """Check each sentence as soon as it is complete; ends early where the model says that it found no answer.

    What was refused for want of support is written anew when the model has said all: until then it is busy, and
    what passed does not wait.

    :param was_cut: asked when the words are over: whether the last sentence may be unfinished. Half a
        sentence can say the opposite of the whole, so it is withheld unless it has visibly come to its end.
    :param rewrite: asks the model for one sentence again; without it, what was refused is withheld.
    """
    writing = _Writing(passages, checks, composer)
    found_answer = yield from writing.read(words, was_cut)
    if found_answer and rewrite is not None:
        yield from writing.repaired(rewrite)


@dataclass(frozen=True, slots=True)
class _Refused:
    sentence: Sentence
    found: Examined
    place: int  # among the sentences shown by then


class _Writing:
    """One answer while it is written."""

    def __init__(self, passages: Sequence[Passage], checks: Checks, composer: AnswerComposer) -> None:
        self._examiner = Examiner(passages, checks, composer)
        self._checks = checks
        self._composer = composer
        self._refused: list[_Refused] = []
        self._goes_round = False
        self._uncited: Examined | None = None  # refused for want of a citation, which the sentence behind it may give

    def read(self, words: Iterator[str], was_cut: Callable[[], bool]) -> Generator[Checked, None, bool]:
        """The sentences as they come; at the end, whether the model found an answer."""
        found_answer = yield from self._read(words, was_cut)
        yield from self._settled()
        return found_answer

    def _read(self, words: Iterator[str], was_cut: Callable[[], bool]) -> Generator[Checked, None, bool]:
        stream = SentenceStream()
        for delta in words:
            self._composer.note_first_token()
            for sentence in stream.feed(delta):
                if _NO_ANSWER.search(sentence):
                    return False
                yield from self._checked(sentence)
        rest = stream.flush()
        for left, sentence in zip(reversed(range(len(rest))), rest, strict=True):
            if _NO_ANSWER.search(sentence):
                return False
            if left == 0 and was_cut() and not _COMPLETE.search(sentence):
                yield from self._settled()
                text = self._examiner.plain(sentence)
                yield SentenceWithheld(self._composer.withhold(text, 0.0, (UNFINISHED,)))
            else:
                yield from self._checked(sentence)
        return True

    def repaired(self, rewrite: Rewrite) -> Iterator[Checked]:
        """A second try at each refused sentence, while the policy allows one; none for a model gone in circles."""
        tries = added = 0
        for refused in () if self._goes_round else self._refused:
            if tries == self._checks.repairs:
                return
            if not self._examiner.is_worth_repairing(refused.found):
                continue
            tries += 1
            written = rewrite(refused.found)
            if written is None:
                return
            sentence = _first_sentence(written)
            if _NO_ANSWER.search(written) or not self._examiner.plain(sentence):
                continue
            event = self._second(sentence, refused, refused.place + added)
            added += isinstance(event, SentenceReady)
            yield event

    def _checked(self, written: str) -> Iterator[Checked]:
        text = self._examiner.plain(written)
        if not text:
            return  # a stray mark between two sentences
        if self._composer.knows(text) or (self._uncited is not None and self._uncited.text == text):
            self._goes_round = True
            return
        found = self._examiner.examine(written)
        yield from self._settled(found)
        if found.passed:
            yield self._shown(found)
        elif "uncited" in found.codes:
            self._uncited = found
        else:
            yield self._withheld(found)

    def _settled(self, behind: Examined | None = None) -> Iterator[Checked]:
        """What becomes of a sentence that cites nothing: models often cite once, behind the last of several."""
        found, self._uncited = self._uncited, None
        if found is None:
            return
        cited = (behind.cited or behind.supporting) if behind is not None else ()
        if cited:
            found = self._examiner.examine(found.written, cited)
        yield self._shown(found) if found.passed else self._withheld(found)

    def _withheld(self, found: Examined) -> SentenceWithheld:
        sentence = self._composer.withhold(found.text, found.verdict.score, self._examiner.reasons(found))
        self._refused.append(_Refused(sentence, found, self._composer.number_shown))
        return SentenceWithheld(sentence)

    def _second(self, written: str, refused: _Refused, place: int) -> Checked:
        found = self._examiner.examine(written)
        score, reasons = found.verdict.score, self._examiner.reasons(found)
        if found.passed and self._composer.knows(found.text):
            reasons.append("the answer has this sentence already")
        elif found.passed:
            return self._shown(found, refused.sentence, place)
        return SentenceWithheld(self._composer.withhold(found.text, score, reasons, refused.sentence))

    def _shown(self, found: Examined, instead_of: Sentence | None = None, place: int | None = None) -> SentenceReady:
        vector = self._checks.sentence(found.text, self._composer.language)
        units = [(passage, nearest_unit(passage, vector)) for passage in found.supporting]
        reasons = self._examiner.reasons(found)
        ready, citations = self._composer.show(found.text, found.verdict.score, units, reasons, instead_of, place)
        return SentenceReady(ready, citations, place)


def _first_sentence(text: str) -> str:
    stream = SentenceStream()
    return next(iter((*stream.feed(text), *stream.flush())), "")
