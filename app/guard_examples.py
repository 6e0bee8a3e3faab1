"""``polydesk guard test``: do the examples of a policy come out as it expects?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import typer

from app.composer import AnswerComposer
from app.examining import Checks, Examiner
from app.guarding import build_gate, embed_questions, open_policy
from app.retrieval.given import given_passage
from app.retrieval.written import WrittenSentence, embed_written
from app.settings import Settings
from guardrails.examples import NONE
from guardrails.gate import Gate
from guardrails.grounding import SentenceGate
from guardrails.guards import AskedText
from guardrails.policy import POLICY_PATH, Policy
from guardrails.yamlfile import lines_of
from ingest.embedding.bundle import BUNDLE_NAME
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_centred_embedder
from ingest.languages.identify import identify_question

_GUARDS = frozenset(("injection", "grounding", "answer-language", "leaks", "other-people", "commitments"))
_TOPIC = "topic:"
_FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Example:
    """One example with its place in the file."""

    line: int | None
    text: str
    language: str
    expect: str
    passage: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the guards found in an example: names of guards and topics, and why."""

    example: Example
    found: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def as_expected(self) -> bool:
        return self.example.expect in self.found if self.example.expect != NONE else not self.found


@dataclass(frozen=True, slots=True)
class Run:
    """All examples of one file."""

    file: Path
    results: tuple[Result, ...]


def examples_of(policy: Policy, file: Path) -> Iterator[Example]:
    """The examples of the topics, the ordinary questions, which are of none, and the list of their own."""
    line = lines_of(file)
    groups = [
        (name, ("topics", "named", name, "examples"), topic.examples) for name, topic in policy.topics.named.items()
    ]
    for expect, place, examples in [(NONE, ("topics", "ordinary"), policy.topics.ordinary), *groups]:
        for language, texts in examples.items() if policy.topics.enabled else ():
            for at, text in enumerate(texts):
                yield Example(line((*place, language, at)), text, language, expect)
    for at, each in enumerate(policy.examples):
        language = each.language or identify_question(each.text, _FALLBACK_LANGUAGE).language
        yield Example(line(("examples", at)), each.text, language, each.expect, each.passage)


def run_examples(settings: Settings, policy: Path | None, *, show: bool) -> Run:
    """Let the guards look at every example of a policy: the one of the settings when None.

    :param show: how far it is, on standard error.
    :raises AppUserError: the file cannot be used.
    """
    from rich.console import Console
    from rich.progress import track

    file = policy or settings.policy or POLICY_PATH
    found = open_policy(file).current()
    embedder = open_centred_embedder(settings, name=BUNDLE_NAME)
    trial = _Trial(found, build_gate(found, lambda: embedder, settings.home / "models"), embedder)
    examples = list(examples_of(found, file))
    console = Console(stderr=True)
    shown = track(examples, "guards", console=console, transient=True, disable=not (show and console.is_terminal))
    return Run(file, tuple(trial.result(each) for each in shown))


def print_results(run: Run, as_json: bool) -> bool:
    """Print what did not come out as expected; returns whether all did."""
    wrong = [each for each in run.results if not each.as_expected]
    if as_json:
        listed = [{**asdict(each.example), "found": each.found, "reasons": each.reasons} for each in wrong]
        typer.echo(json.dumps({"examples": len(run.results), "unexpected": listed}, ensure_ascii=False))
        return not wrong
    for each in wrong:
        found = ", ".join(each.found) or NONE
        typer.echo(
            f"{run.file}:{each.example.line}: expected {each.example.expect}, found {found}: {each.example.text}"
        )
        for reason in each.reasons:
            typer.echo(f"    {reason}")
    typer.echo(f"{len(run.results) - len(wrong)} of {len(run.results)} examples come out as expected")
    return not wrong


class _Trial:
    """The guards of one policy."""

    def __init__(self, policy: Policy, gate: Gate, embedder: CentredEmbedder) -> None:
        self._known = _GUARDS | set(policy.topics.named) | {NONE}
        self._gate = gate
        self._embedder = embedder
        self._embed = embed_questions(lambda: embedder)
        embed = embed_written(embedder)
        sentence = partial(WrittenSentence.of, embedder=embedder)
        self._checks = Checks(SentenceGate(embed, policy.grounding), gate, "", sentence, embed)

    def result(self, example: Example) -> Result:
        if example.expect not in self._known:
            known = ", ".join(sorted(self._known))
            why = f"“{example.expect}” is no topic of this policy and no guard; there are {known}"
            return Result(example, (), (why,))
        passage = example.passage
        findings = self._of_question(example) if passage is None else self._of_sentence(example, passage)
        return Result(example, tuple(dict.fromkeys(name for name, _ in findings)), tuple(why for _, why in findings))

    def _of_question(self, example: Example) -> Sequence[tuple[str, str]]:
        ran = self._gate.check_question(AskedText(example.text, example.language, self._embed))
        said = [objection for one in ran for objection in one.objections]
        return [(each.code.removeprefix(_TOPIC), each.reason) for each in said]

    def _of_sentence(self, example: Example, text: str) -> Sequence[tuple[str, str]]:
        language = identify_question(text, example.language).language
        passage = given_passage(1, text, language, self._embedder)
        _, ran = self._gate.check_passages([passage])
        found = [(one.guard, objection.reason) for one in ran for objection in one.objections]
        examined = Examiner([passage], self._checks, AnswerComposer(example.language)).examine(f"{example.text} [1]")
        if not examined.grounded:
            found += [("grounding", "; ".join(examined.findings))]
        return [*found, *((objection.guard, objection.reason) for objection in examined.objections)]
