"""What giving answers again is worth and risks: which questions are taken for the same, and what a hit takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import typer
from pydantic import BaseModel, ConfigDict

from app.answered_before.recalling import may_be_kept
from app.answered_before.sameness import Wording, difference
from app.answered_before.store import AnsweredStore
from app.answers import Answer, Finished, Question, Reusable
from app.assistant import Assistant, build_assistant
from app.conversations.store import ConversationStore
from app.models.choosing import QUOTING
from app.settings import load_settings
from eval.errors import EvalError
from eval.same_questions import Asked, read_same_questions
from eval.sample import GOLDEN
from eval.suites.golden import asked_on, read_golden
from ingest.database import sqlite_url
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_knowledge

_HOURS = 24.0


class Taken(BaseModel):
    """How many pairs of questions are taken for the same; none of ``twins`` and ``others`` should be."""

    model_config = ConfigDict(frozen=True)

    same: int
    same_taken: int
    twins: int
    twins_taken: int
    others: int = 0  # pairs of golden questions in one language
    others_taken: int = 0


class RecallFigures(BaseModel):
    """Milliseconds are medians of the time of one answer, or one comparison."""

    model_config = ConfigDict(frozen=True)

    taken: Taken
    by_language: dict[str, Taken]
    questions: int
    kept: int
    quoting_ms: float
    again_ms: float
    ratio: float  # of ``again`` to ``quoting``
    comparing_ms: float  # what a hit in other words takes besides


def run_bench_recall(questions: int) -> RecallFigures:
    """Hold the pairs and the golden questions against each other, and ask golden questions twice, quoting.

    :param questions: how many are asked; the conversations are kept apart from those of the home.
    :raises EvalError: there are no golden questions, or none of their answers may be given again.
    """
    settings, day = load_settings(), asked_on(GOLDEN)
    golden = [each for each in read_golden(GOLDEN) if each.answerable]
    if not golden:
        raise EvalError("there are no golden questions that can be answered")
    others: dict[str, list[str]] = {}
    for each in golden:
        others.setdefault(each.language, []).append(each.question)
    with tempfile.TemporaryDirectory() as folder, open_knowledge(settings) as knowledge:
        url = sqlite_url(Path(folder) / "conversations.db")
        own = settings.model_copy(update={"answer_cache": _HOURS, "database_url": url, "telemetry_url": ""})
        assistant, conversations = build_assistant(knowledge, own), ConversationStore(url)
        try:
            taken, comparing = _taken(read_same_questions(), others, knowledge.embedder)
            texts = [each.question for each in golden][: questions + 1]
            store = AnsweredStore(conversations.sessions, _HOURS)
            quoting, kept = [], []
            for text in texts:
                answer, reusable, took = _asked(
                    assistant, Question(text=text, as_of=day, model=QUOTING, may_recall=True)
                )
                quoting.append(took)
                if reusable is not None and may_be_kept(answer):
                    message_id = conversations.start_answer(conversations.create().id, text)
                    conversations.finish_answer(message_id, "finished", answer)
                    store.keep(reusable, message_id)
                    kept.append(text)
            again = []
            for text in kept:  # with a space more, so that nothing in memory knows the text
                answer, _, took = _asked(
                    assistant, Question(text=f"{text} ", as_of=day, model=QUOTING, may_recall=True)
                )
                again += [took] if answer.recalled is not None else []
        finally:
            conversations.close()
            assistant.close()
    if len(again) < 2:
        raise EvalError("none of the answers may be given again")
    first, second = statistics.median(quoting[1:]), statistics.median(again[1:])  # what is loaded once aside
    return RecallFigures(
        taken=_sum(taken.values()),
        by_language=taken,
        questions=len(texts),
        kept=len(kept),
        quoting_ms=round(first, 2),
        again_ms=round(second, 2),
        ratio=round(second / first, 3),
        comparing_ms=round(statistics.median(comparing), 2),
    )


def print_bench_recall(figures: RecallFigures, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    typer.echo("      other words   twins taken   other questions")
    for language, each in [*sorted(figures.by_language.items()), ("all", figures.taken)]:
        typer.echo(
            f"{language:4}  {each.same_taken:4} of {each.same:4}  {each.twins_taken:4} of {each.twins:4}"
            f"  {each.others_taken:4} of {each.others:5}"
        )
    typer.echo(f"{figures.kept} of {figures.questions} answers may be given again")
    typer.echo(f"quoting    {figures.quoting_ms:8.1f} ms")
    typer.echo(f"again      {figures.again_ms:8.1f} ms  ({figures.ratio:.0%})")
    typer.echo(f"comparing  {figures.comparing_ms:8.1f} ms, where the words differ")


def _asked(assistant: Assistant, question: Question) -> tuple[Answer, Reusable | None, float]:
    """The answer, what it can be kept by, and how many milliseconds it took."""
    reusable: Reusable | None = None
    began = time.perf_counter()
    for event in assistant.ask(question):
        if isinstance(event, Reusable):
            reusable = event
        elif isinstance(event, Finished):
            return event.answer, reusable, (time.perf_counter() - began) * 1000
    raise EvalError("the assistant ended without an answer")


def _taken(
    pairs: Mapping[str, Sequence[Asked]], others: Mapping[str, Sequence[str]], embedder: CentredEmbedder
) -> tuple[dict[str, Taken], list[float]]:
    found: dict[str, Taken] = {}
    took: list[float] = []
    for language in sorted({*pairs, *others}):
        same: list[bool] = []
        twins: list[bool] = []
        for each in pairs.get(language, ()):
            asked = Wording.of(each.asked, language, embedder)
            for texts, said in ((each.same, same), (each.twins, twins)):
                for text in texts:
                    began = time.perf_counter()
                    said.append(not difference(asked, Wording.of(text, language, embedder)))
                    took.append((time.perf_counter() - began) * 1000)
        worded = [Wording.of(text, language, embedder) for text in dict.fromkeys(others.get(language, ()))]
        apart = [not difference(one, other) for one, other in combinations(worded, 2)]
        found[language] = Taken(
            same=len(same),
            same_taken=sum(same),
            twins=len(twins),
            twins_taken=sum(twins),
            others=len(apart),
            others_taken=sum(apart),
        )
    return found, took


def _sum(parts: Iterable[Taken]) -> Taken:
    counts = [part.model_dump() for part in parts]
    return Taken(**{name: sum(count[name] for count in counts) for name in Taken.model_fields})
