"""The words of the report, from ``words.yaml``, and the sentences that say what came out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import RootModel

from app.quality.measures import suites_about
from eval.gates.judging import Finding, Verdict
from eval.runs.manifest import Manifest
from guardrails.yamlfile import load_yaml
from prompts.slots import fill

_FILE = Path(__file__).with_name("words.yaml")


class _Words(RootModel[dict[str, str]]):
    """The whole file."""


@cache
def _words() -> dict[str, str]:
    return load_yaml(_FILE, _Words).root


def say(key: str, **values: object) -> str:
    """A sentence with its slots filled.

    :raises KeyError: there is no such sentence, or a slot has no value.
    """
    return fill(_words()[key], {name: str(value) for name, value in values.items()})


def headline(verdict: Verdict) -> tuple[str, str, str]:
    """The verdict: good, bad or fair, what it is, and what to know with it."""
    fell, unsure = verdict.fell, verdict.unsure
    every = sum(each.status != "no-baseline" for each in verdict.findings)
    more = [say("unsure_more", unsure=len(unsure))] if unsure else []
    if not verdict.baseline:
        more.append(say("no_baseline"))
    if fell:
        said = say("fell_one", all=every) if len(fell) == 1 else say("fell", count=len(fell), all=every)
        return "bad", said, " ".join([say("fell_more", suites=_suites_of(fell)), *more])
    held = sum(each.status == "holds" for each in verdict.findings)
    return ("fair" if unsure else "good"), say("passed"), " ".join([say("passed_more", held=held), *more])


def comparison(verdict: Verdict) -> str:
    """What the run is compared with; nothing where there is no such thing."""
    if verdict.baseline is None:
        return ""
    given = {"name": verdict.baseline.name, "date": written_date(verdict.baseline)}
    what = verdict.differences
    return say("against", what=", ".join(what), **given) if what else say("against_same", **given)


def written_date(manifest: Manifest) -> str:
    """When a run began, as ``2026-11-22 10:18 UTC``."""
    return f"{manifest.started:%Y-%m-%d %H:%M} UTC"


def _suites_of(findings: list[Finding]) -> str:
    names = dict.fromkeys(suites_about()[each.gate.suite].title.lower() for each in findings)
    return "; ".join(names)
