"""What the guards cost: each by itself, for a question, for what was retrieved, and for a sentence of an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

import psutil
import typer
from pydantic import BaseModel, ConfigDict

from app.guarding import open_guards
from app.retrieval.passages import Passage
from app.retrieval.search import PassageSearch
from app.retrieval.written import embed_written
from app.settings import load_settings
from eval.golden_passages import passages_for
from eval.sample import GOLDEN
from eval.suites.golden import asked_on, read_golden
from eval.timed import Timed
from guardrails.citations import parse_citations
from guardrails.gate import Gate, Ran
from guardrails.grounding import SentenceGate
from guardrails.guards import AskedText, DraftSentence, Embed
from guardrails.running import run_guard
from guardrails.support import read_ahead
from ingest.knowledge import open_knowledge
from ingest.languages.identify import identify_question

_WARM_UP = 5  # questions that load data files and vectors of examples
_PASSAGES = 8
_SECONDS = 60.0  # that a pass of the model may take


class GuardFigures(BaseModel):
    """Times of each guard, and of all together, by what they look at.

    What all guards of a question or a sentence share, its pass through the model, stands by itself as ``embedding``.
    That of a question serves the search, too.
    """

    model_config = ConfigDict(frozen=True)

    question: dict[str, Timed]
    passages: dict[str, Timed]  # all that were retrieved for a question
    sentence: dict[str, Timed]
    memory_mb: float  # more than before there were guards


def run_bench_guards() -> GuardFigures:
    """Put the golden questions through every guard, with the knowledge base that the settings name.

    The sentences are those of the documents that are nearest to the questions, so every guard looks at each.

    :raises AppUserError: nothing was ingested yet.
    """
    settings, day = load_settings(), asked_on(GOLDEN)
    with open_knowledge(settings) as knowledge:
        search = PassageSearch(knowledge)
        search.require_documents()
        found = [(golden, passages_for(search, golden, day, _PASSAGES)) for golden in read_golden(GOLDEN)]
        embed = embed_written(knowledge.embedder)
        before = psutil.Process().memory_info().rss
        guards = open_guards(knowledge, settings.policy, settings.home / "models")
        policy, gate = guards.current()
        support = SentenceGate(embed, policy.grounding)
        stages: dict[str, list[list[Ran]]] = defaultdict(list)
        for golden, passages in found:
            asked = AskedText(golden.question, identify_question(golden.question, "en").language, guards.embed_question)
            numbered = [passage.numbered(number) for number, passage in enumerate(passages, 1)]
            seen = _embedded(guards.embed_question, asked.text, asked.language)
            stages["question"].append([seen, *gate.check_question(asked)])
            stages["passages"].append(gate.check_passages(numbered)[1])
            if numbered:
                # Both are done while a model reads its prompt, before it writes.
                numbered[0].unit_vectors  # noqa: B018
                read_ahead(numbered[0])
                stages["sentence"].append(_sentence(gate, support, numbered, asked.text, embed))
        memory = (psutil.Process().memory_info().rss - before) / 1e6
    figures: dict[str, Any] = {stage: _times(ran[_WARM_UP:]) for stage, ran in stages.items()}
    return GuardFigures(**figures, memory_mb=round(memory, 1))


def print_bench_guards(figures: GuardFigures, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        typer.echo(figures.model_dump_json())
        return
    typer.echo(f"{'':32s} {'p50 ms':>9s} {'p95 ms':>9s}")
    for stage in ("question", "passages", "sentence"):
        for name, times in getattr(figures, stage).items():
            typer.echo(f"{stage:10s} {name:21s} {times.p50:9.2f} {times.p95:9.2f}")
    typer.echo(f"memory {figures.memory_mb:36.0f} MB more")


def _sentence(gate: Gate, support: SentenceGate, passages: list[Passage], asked: str, embed: Embed) -> list[Ran]:
    best = passages[0]
    text = best.units[best.best_unit]
    seen = _embedded(embed, parse_citations(f"{text} [1]")[0], best.language)
    check = partial(support.check, f"{text} [1]", [best], passages, best.language)
    outcome = run_guard("grounding", check, gate.seconds)
    draft = DraftSentence(text, f"{text} [1]", best.language, [best], passages, asked, embed)
    return [seen, Ran("grounding", (), outcome.milliseconds), *gate.check_sentence(draft)]


def _embedded(embed: Embed, text: str, language: str) -> Ran:
    """What the pass of the model costs, whose result is kept for whoever asks next."""
    return Ran("embedding", (), run_guard("embedding", partial(embed, [text], language), _SECONDS).milliseconds)


def _times(checks: Sequence[Sequence[Ran]]) -> dict[str, Timed]:
    """By the guard's name, and of all together."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for ran in checks:
        for one in ran:
            seconds[one.guard].append(one.milliseconds / 1000)
        seconds["all"].append(sum(one.milliseconds for one in ran) / 1000)
    return {name: Timed.of_seconds(each) for name, each in seconds.items()}
