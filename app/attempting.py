"""Ask models for one answer: what each writes goes through the gate, and one of them has the last word."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence

from app.answers import (
    Attempt,
    Event,
    Finished,
    Generating,
    ModelFailed,
    Question,
    SentenceReady,
    SentenceWithheld,
    Usage,
    Withdrawn,
)
from app.budget import build_prompt
from app.checking import refusal
from app.composer import AnswerComposer, Written
from app.errors import ModelError
from app.examining import Checks
from app.generation import UNFINISHED, gated_sentences
from app.made_with import model_digest, prompt_digest
from app.models.faults import left_alone
from app.models.model import ChatModel
from app.models.routing.after import Attempted
from app.personal import Masking
from app.quoted import quoted
from app.repairing import Repairer
from app.retrieval.passages import Passage
from guardrails.support import read_ahead
from prompts.library import phrase

_NO_BETTER = "no-better"
_log = logging.getLogger(__name__)

ChecksOf = Callable[[Sequence[Passage], Masking], Checks]


class Attempts:
    """The models that are asked for one answer, one after another; what stands is what ``composer`` holds.

    :param passages: that the answer may rest on.
    :param checks: what sentences go through, for the passages that found room in a prompt.
    :param stop: once set, what was checked so far is the answer.
    """

    def __init__(
        self,
        question: Question,
        composer: AnswerComposer,
        passages: Sequence[Passage],
        checks: ChecksOf,
        stop: threading.Event,
    ) -> None:
        self.composer = composer
        self.stop = stop
        self._question = question
        self._passages = passages
        self._checks = checks
        self._errors: dict[str, ModelError] = {}  # by the model's name
        self._asked: dict[str, ChatModel] = {}  # likewise

    def ask(self, model: ChatModel, why: str, tentative: bool = False) -> Generator[Event, None, Attempted]:
        """The events of one model's attempt, and what came of it.

        :param why: the model is asked, a stable code.
        :param tentative: another one may be asked afterwards.
        """
        composer = self.composer
        self._asked[model.name] = model
        model = composer.trace.model(model)
        composer.model = model.name
        began, usage, found = composer.elapsed_ms(), composer.usage, len(composer.found_in("sentence"))
        composer.usage = Usage()
        with composer.trace.step("attempt") as step:
            try:
                yield from self._written(model, tentative)
            except ModelError as error:
                _log.warning("%s: %s", error.code, error)
                self._errors[model.name] = error
                if error.code == "truncated-prompt":
                    composer.withdraw()  # it was written from a prompt that the model did not read whole
                step.set(failed=error.code, left_alone=left_alone(error) is not None)
            step.set(model=model.name, why=why, tentative=tentative)
            step.set(shown=composer.number_shown, withheld=composer.number_withheld)
            step.set(findings=sorted(set(composer.found_in("sentence")[found:])))
        spent = composer.usage + model.usage
        composer.usage = usage + spent
        failure = self._errors.get(model.name)
        attempted = Attempted(
            shown=composer.number_shown,
            withheld=composer.number_withheld,
            findings=frozenset(composer.found_in("sentence")[found:]),
            unfinished=composer.withheld_for(UNFINISHED),
            failed=failure.code if failure else "",
        )
        composer.attempts.append(
            Attempt(
                model=model.name,
                why=why,
                usage=spent,
                milliseconds=round(composer.elapsed_ms() - began, 1),
                shown=attempted.shown,
                withheld=attempted.withheld,
                findings=tuple(sorted(attempted.findings)),
                unfinished=attempted.unfinished,
                failed=attempted.failed,
            )
        )
        return attempted

    def back_to(self, written: Written) -> Iterator[Event]:
        """What was set aside stands after all, and not what came after it."""
        self.composer.put_back(written)
        yield Withdrawn(written.model, _NO_BETTER)
        for sentence in written.shown:
            yield SentenceReady(sentence, tuple(each for each in written.citations if each.n in sentence.citations))
        for sentence in written.withheld:
            yield SentenceWithheld(sentence)

    def ended(self) -> Iterator[Event]:
        """The answer as it stands; where its model failed, quotes beside what was checked."""
        self._note_made()
        error = self._errors.get(self.composer.model)
        if error is None:
            yield self._finished()
            return
        yield ModelFailed(error.code, str(error))
        yield from self._after_failure(error)

    def _note_made(self) -> None:
        """With which prompt and which model the answer was made that stands."""
        model = self._asked.get(self.composer.model)
        if model is not None:
            self.composer.note_made(prompt=prompt_digest(model.family, self._question.reply is not None))
            if model.name not in self._errors:  # a server that just failed is not asked what it has
                self.composer.note_made(model_digest=model_digest(model))

    def _written(self, model: ChatModel, tentative: bool) -> Iterator[Event]:
        question, composer, options = self._question, self.composer, model.options
        masking = Masking(question, composer.language)
        until = time.monotonic() + options.total_s
        left = threading.Event()
        try:
            messages, shown = build_prompt(
                question.text,
                composer.language,
                self._passages,
                model.family,
                options.num_ctx,
                options.num_predict,
                masking,
                question.reply,
            )
            yield Generating(model.name, tentative)
            # No daemon: a process that ends in the middle of the model's arithmetic ends with an abort.
            threading.Thread(target=_encode, args=(shown, left), name="encode").start()
            words = masking.restored(model.stream(messages, self.stop))
            rewrite = Repairer(model, question.text, shown, masking, composer, self.stop, until)
            through = self._checks(shown, masking)
            for event in gated_sentences(words, shown, through, composer, lambda: model.cut, rewrite):
                yield event
                if self.stop.is_set():
                    break
        finally:
            left.set()

    def _finished(self) -> Finished:
        composer = self.composer
        stopped = self.stop.is_set()
        if stopped:
            composer.reason("stopped")
        if composer.has_sentences:
            return Finished(composer.answer("answer"))
        if stopped:
            return Finished(composer.answer("abstain"))
        if composer.has_withheld:
            composer.reason("unsupported")
            return Finished(composer.answer("abstain", refusal(composer)))
        composer.reason("model-found-no-answer")
        return Finished(composer.answer("abstain", phrase("abstain", composer.language, question=self._question.text)))

    def _after_failure(self, error: ModelError) -> Iterator[Event]:
        """Keep what was checked, and quote beside it."""
        composer = self.composer
        composer.reason(f"model-{error.code}")
        if composer.has_sentences:
            composer.notices.append(phrase("model_went_away", composer.language))
        else:
            composer.model = "quoting"
            composer.notices.append(phrase("model_error", composer.language, reason=str(error)))
        yield from quoted(self._question, composer, self._passages)


def _encode(passages: Sequence[Passage], left: threading.Event) -> None:
    """Make the vectors and the readings that sentences are held against, while the model still reads its prompt.

    :param left: set once nobody will ask for them.
    """
    for passage in passages:
        if left.is_set():
            return
        passage.unit_vectors  # noqa: B018  # kept once it was made
        read_ahead(passage)
