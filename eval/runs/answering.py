"""The suites that ask: golden questions, the search for them, and what an answer costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from app.answers import Answer, Finished, Question, Sentence
from app.assistant import Assistant, open_assistant
from app.models.choosing import QUOTING
from app.phases import shown_phases
from app.retrieval.search import PassageSearch
from eval.errors import EvalUserError
from eval.golden_passages import passages_for
from eval.ranking import recall, reciprocal_rank
from eval.runs.context import RunContext, shown
from eval.runs.outcome import Outcome
from eval.suites.golden import GoldenQuestion, GoldenResult, asked_on, is_at, read_golden
from guardrails.folding import primary_language
from guardrails.quantities import find_currencies, find_quantities, unmatched
from guardrails.running import FAILED
from ingest.knowledge import open_knowledge
from ingest.languages.identify import UNDETERMINED, identify

_WARM_UP = 3  # questions: the first few open connections and load data files
_SURE = 0.9  # that a sentence is in another language
_DEPTH = 10
_FOUND_NO_ANSWER = "model-found-no-answer"


@dataclass(frozen=True)
class Asked:
    """A question with its answer and the seconds of this process's time that it took."""

    result: GoldenResult
    cpu_s: float


def golden(context: RunContext, size: int | None) -> list[Outcome]:
    """Every golden question, asked of the whole path."""
    return [golden_outcome(each.result) for each in _asked(context, _questions(context, size), context.parallel)]


def latency(context: RunContext, size: int | None) -> list[Outcome]:
    """Answerable questions one after another, after a few that warm everything up."""
    questions = [each for each in read_golden(context.golden) if each.answerable]
    chosen = context.sample(questions, size, lambda each: each.language)
    return [cost_outcome(each) for each in _asked(context, [*chosen[:_WARM_UP], *chosen], 1)[len(chosen[:_WARM_UP]) :]]


def retrieval(context: RunContext, size: int | None) -> list[Outcome]:
    """Where the right document of each answerable question stands among what is found for it."""
    questions = [each for each in _questions(context, size) if each.answerable]
    day = asked_on(context.golden)
    outcomes = []
    with (
        shown_phases() as phases,
        phases.phase(f"searching for {len(questions)} questions") as show,
        open_knowledge(context.settings) as knowledge,
    ):
        search = PassageSearch(knowledge)
        for each in questions:
            passages = passages_for(search, each, day, _DEPTH)
            uris = list(dict.fromkeys(passage.chunk.version.uri for passage in passages))
            ranked = [next((path for path in each.documents if is_at(uri, path)), uri) for uri in uris]
            judged = dict.fromkeys(each.documents, 1)
            values = {
                "recall@1": float(recall(ranked, judged, 1) > 0),
                "recall@5": float(recall(ranked, judged, 5) > 0),
                "mrr@10": reciprocal_rank(ranked, judged, _DEPTH),
            }
            found = {"question": shown(each.question, each.language), "wanted": ", ".join(each.documents)}
            first = {"first found": passages[0].title} if passages else {}
            evidence = {**found, **first} if values["recall@1"] < 1 else {}
            outcomes.append(Outcome(id=each.id, language=each.language, values=values, evidence=evidence))
            show(len(outcomes), len(questions))
    return outcomes


def golden_outcome(result: GoldenResult) -> Outcome:
    """What the measures give for one question; nothing of a model that failed, for then another had to answer."""
    given, answer = result.golden, result.answer
    kind = "answerable" if given.answerable else "unanswerable"
    failed = model_failure(answer)
    if failed:
        return Outcome(id=given.id, language=given.language, kind=kind, missing=failed)
    right = "document_recall" if given.answerable else "abstention_recall"
    values = {right: float(result.right), "language_match": float(answer.language == given.language)}
    values |= _of_the_model(result)
    evidence = {} if min(values.values()) == 1 else _evidence(result)
    return Outcome(id=given.id, language=given.language, kind=kind, values=values, evidence=evidence)


def cost_outcome(asked: Asked) -> Outcome:
    """What one answer cost: milliseconds and tokens."""
    given, answer = asked.result.golden, asked.result.answer
    failed = model_failure(answer)
    if failed:
        return Outcome(id=given.id, language=given.language, missing=failed)
    times, usage = answer.timings_ms, answer.usage
    values = {"total_ms": times.total, "cpu_ms": round(asked.cpu_s * 1000, 1)}
    if times.first_token:
        values["first_sentence_ms"] = times.first_token
    if answer.model != QUOTING:
        values["model_ms"] = round(
            max(times.total - times.retrieval, 0.0), 1
        )  # what is left is the model's, or next to
    if usage.prompt_tokens:
        values["prompt_tokens"] = float(usage.prompt_tokens)
        values["completion_tokens"] = float(usage.completion_tokens)
    if usage.completion_tokens > 1:
        values["ms_per_token"] = round((times.total - times.first_token) / (usage.completion_tokens - 1), 2)
    return Outcome(id=given.id, language=given.language, values=values)


def model_failure(answer: Answer) -> str:
    """What kept the model, a judge or a guard from saying anything, as ``model-timeout``; empty where nothing did."""
    codes = (code for code in answer.reasons if code.startswith("model-") and code != _FOUND_NO_ANSWER)
    return next(codes, FAILED if FAILED in answer.reasons else "")


def _of_the_model(result: GoldenResult) -> dict[str, float]:
    """What a model wrote, before the gate and after it; nothing where answers are quoted."""
    given, answer = result.golden, result.answer
    if answer.model == QUOTING:
        return {}
    values = {} if given.answerable else {"declined_itself": float(_FOUND_NO_ANSWER in answer.reasons)}
    written = [each.instead_of or each for each in answer.sentences]
    if not written:
        return values
    values["written_supported"] = sum(each.supported for each in written) / len(written)
    values["written_in_language"] = sum(_is_in(each.text, given.language) for each in written) / len(written)
    values["figures_kept"] = float(all(each.code != "quantity-not-in-evidence" for each in answer.findings))
    displayed = [each for each in answer.sentences if each.supported]
    if displayed:
        values["shown_supported"] = sum(figures_stand(each, answer) for each in displayed) / len(displayed)
    return values


def _is_in(text: str, language: str) -> bool:
    found = identify(text)
    mine = primary_language(language)
    return found.language in (mine, UNDETERMINED) or found.confidence < _SURE


def figures_stand(sentence: Sentence, answer: Answer) -> bool:
    """Whether every figure of a shown sentence stands in a passage that it cites."""
    wanted = find_quantities(sentence.text, answer.language)
    for citation in answer.citations:
        if citation.n in sentence.citations:
            text, language = f"{' '.join(citation.heading)}\n{citation.passage}", citation.language
            given = find_quantities(text, language, every_word=True)
            wanted = unmatched(wanted, given, currencies=find_currencies(text, language))
    return not wanted


def _evidence(result: GoldenResult) -> dict[str, str]:
    given, answer = result.golden, result.answer
    said = answer.answer or " ".join(each.text for each in answer.sentences)
    withheld = " ".join((each.instead_of or each).text for each in answer.sentences if not each.supported)
    found = {
        "question": shown(given.question, given.language),
        "wanted": ", ".join(given.documents) or "no answer",
        "got": f"{answer.action}: {shown(said, answer.language)}",
        "cited": ", ".join(dict.fromkeys(citation.title for citation in answer.citations)),
        "withheld": shown(withheld, answer.language),
        "because": "; ".join(dict.fromkeys(each.code for each in answer.findings)),
    }
    return {name: text for name, text in found.items() if text}


def _questions(context: RunContext, size: int | None) -> list[GoldenQuestion]:
    return context.sample(read_golden(context.golden), size, lambda each: each.language)


def _asked(context: RunContext, questions: Sequence[GoldenQuestion], parallel: int) -> list[Asked]:
    """Each question with its answer, in their order.

    :raises EvalUserError: the knowledge base is empty.
    """
    day = asked_on(context.golden)

    def one(assistant: Assistant, given: GoldenQuestion) -> Asked:
        began = time.process_time()
        question = Question(text=given.question, as_of=given.as_of or day, model=context.model)
        last = None
        for event in assistant.ask(question):
            last = event
        if not isinstance(last, Finished):
            raise EvalUserError(f"{given.id}: the assistant did not finish")
        return Asked(GoldenResult(given, last.answer), time.process_time() - began)

    label = f"asking {len(questions)} questions"
    with closing(open_assistant(context.settings)) as assistant, shown_phases() as phases, phases.phase(label) as show:
        found = _mapped(lambda given: one(assistant, given), questions, parallel, show)
    if found and all("no-documents" in each.result.answer.reasons for each in found):
        raise EvalUserError("the knowledge base is empty: run `polydesk ingest` on the documents first")
    return found


def _mapped(
    one: Callable[[GoldenQuestion], Asked],
    questions: Sequence[GoldenQuestion],
    parallel: int,
    show: Callable[[int, int], None],
) -> list[Asked]:
    from concurrent.futures import ThreadPoolExecutor

    lock, done = threading.Lock(), 0

    def counted(given: GoldenQuestion) -> Asked:
        nonlocal done
        asked = one(given)
        with lock:
            done += 1
            show(done, len(questions))
        return asked

    if parallel == 1:
        return [counted(given) for given in questions]
    with ThreadPoolExecutor(parallel) as pool:
        return list(pool.map(counted, questions))
