"""Golden questions: is the right document cited, and is what nothing answers abstained on?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from pydantic import BaseModel, ConfigDict

from app.answers import Answer, Finished, Question
from app.assistant import Assistant, open_assistant
from app.settings import load_settings
from eval.errors import EvalUserError
from eval.intervals import Figure, mean_with_interval
from eval.json_lines import read_data
from eval.reporting import grouped, measured, print_suite
from eval.sample import GOLDEN


class GoldenQuestion(BaseModel):
    """One line of the data; ``documents`` are paths below the folder that was ingested."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    question: str
    language: str
    answerable: bool
    documents: tuple[str, ...] = ()
    quote: str = ""
    as_of: date | None = None
    note: str = ""


@dataclass(frozen=True)
class GoldenResult:
    """One question with the answer it got."""

    golden: GoldenQuestion
    answer: Answer

    @property
    def cited_right(self) -> bool:
        """Whether an answer was given and a right document is among its citations."""
        cited = [citation.uri for citation in self.answer.citations]
        wanted = self.golden.documents
        return self.answer.action == "answer" and any(is_at(uri, path) for uri in cited for path in wanted)

    @property
    def abstained(self) -> bool:
        return self.answer.action != "answer"

    @property
    def right(self) -> bool:
        return self.cited_right if self.golden.answerable else self.abstained


def is_at(uri: str, path: str) -> bool:
    """Whether the document at ``uri`` is the one that the data calls ``path``."""
    return unquote(uri).endswith(f"/{path}")


Measure = Callable[[Sequence[GoldenResult]], Figure]


def _share(hit: Callable[[GoldenResult], bool], counts: Callable[[GoldenQuestion], bool]) -> Measure:
    return lambda results: mean_with_interval([float(hit(each)) for each in results if counts(each.golden)])


_MEASURES: dict[str, Measure] = {
    "document_recall": _share(lambda result: result.cited_right, lambda golden: golden.answerable),
    "abstention_recall": _share(lambda result: result.abstained, lambda golden: not golden.answerable),
    "language_match": _share(lambda result: result.answer.language == result.golden.language, lambda _golden: True),
}


def run_golden(data: Path | None, as_of: str | None, model: str) -> list[GoldenResult]:
    """Ask every golden question of the knowledge base that the settings name.

    :raises EvalUserError: the data cannot be read, or the knowledge base is empty.
    """
    folder = data or GOLDEN
    questions = read_golden(folder)
    day = date.fromisoformat(as_of) if as_of else asked_on(folder)
    assistant = open_assistant(load_settings())
    try:
        results = list(_asked(assistant, questions, day, model))
    finally:
        assistant.close()
    if all("no-documents" in result.answer.reasons for result in results):
        raise EvalUserError("the knowledge base is empty: run `polydesk ingest` on the documents first")
    return results


def read_golden(path: Path) -> list[GoldenQuestion]:
    """The questions of a file, or of every ``.jsonl`` file in a folder.

    :raises EvalUserError: there are none, or a line is not one.
    """
    return read_data(path, GoldenQuestion)


def report(results: Sequence[GoldenResult]) -> dict[str, Any]:
    """The figures as ``--json`` prints them."""
    return {
        **measured(results, _MEASURES),
        "questions": len(results),
        "by_language": grouped(results, lambda result: result.golden.language, _MEASURES),
    }


def print_report(results: Sequence[GoldenResult], failures: bool, as_json: bool) -> None:
    """Print the figures by language, and the questions that went wrong where asked."""
    wrong = [_failure(result) for result in results if not result.right]
    print_suite(f"Golden questions: {len(results)}", report(results), _MEASURES, wrong, failures, as_json)


def _asked(assistant: Assistant, questions: Iterable[GoldenQuestion], day: date, model: str) -> Iterable[GoldenResult]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    for golden in track(list(questions), "Asking", console=console, transient=True):
        asked = Question(text=golden.question, as_of=golden.as_of or day, model=model)
        last = None
        for event in assistant.ask(asked):
            last = event
        if isinstance(last, Finished):
            yield GoldenResult(golden, last.answer)


def _failure(result: GoldenResult) -> dict[str, Any]:
    return {
        "id": result.golden.id,
        "question": result.golden.question,
        "wanted": list(result.golden.documents),
        "action": result.answer.action,
        "confidence": result.answer.confidence,
        "cited": [citation.document for citation in result.answer.citations],
        "answer": result.answer.answer[:200],
    }


def asked_on(folder: Path) -> date:
    """The day on which the questions in ``folder`` are asked; today where it does not say."""
    about = (folder if folder.is_dir() else folder.parent) / "suite.yaml"
    if not about.exists():
        return date.today()
    day = yaml.safe_load(about.read_text(encoding="utf-8")).get("asked_on")
    if not isinstance(day, date):
        raise EvalUserError(f"{about.name}: asked_on is {day!r}; write it as 2026-11-21")
    return day
