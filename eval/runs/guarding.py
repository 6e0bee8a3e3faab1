"""The suites of the guards: what they stop, and what they let through."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from eval.grounding_lines import OWN_SET as GROUNDING_SET
from eval.grounding_lines import read_grounding
from eval.json_lines import read_data
from eval.runs.context import RunContext, shown
from eval.runs.outcome import Outcome
from eval.suites.attacks import OWN_SET as ATTACKS_SET
from eval.suites.attacks import judged_prompts, read_prompts
from eval.suites.grounding import judged_lines
from eval.suites.hostile import OWN_SET as HOSTILE_SET
from eval.suites.hostile import put_through, read_lines
from eval.suites.pii import Counted, PersonalText, counted_in
from eval.suites.planted import DOCUMENTS, run_planted
from eval.suites.topics import TopicQuestion, topics_of

SETS = Path(str(resources.files("eval") / "sets"))
_HELD = "held"  # the split that nothing was fitted on, and nobody looks at


def planted(context: RunContext, size: int | None) -> list[Outcome]:
    """Orders to the assistant inside documents."""
    scored = run_planted(None, context.model, size or DOCUMENTS)
    return [
        Outcome(id=f"planted-{at}", language=each.language, values=dict(each.values)) for at, each in enumerate(scored)
    ]


def hostile(context: RunContext, size: int | None) -> list[Outcome]:
    """A model that obeys an attacker, and its truthful twin."""
    outcomes = []
    lines = context.sample(read_lines(HOSTILE_SET), size, lambda each: each.language)
    for each in put_through(lines):
        line = each.line
        values = {"hostile_reached": float(each.reached), "truthful_passed": float(each.passed)}
        wrong = {"reached the agent": line.hostile} if each.reached else {}
        wrong |= {} if each.passed else {"withheld although true": line.truthful}
        evidence = {name: shown(text, line.language) for name, text in wrong.items()}
        if evidence:
            evidence = {"question": shown(line.question, line.language), **evidence}
        outcomes.append(
            Outcome(
                id=line.id,
                language=line.language,
                kind=line.kind,
                values=values,
                evidence={} if line.kept_apart else evidence,
            )
        )
    return outcomes


def grounding(context: RunContext, size: int | None) -> list[Outcome]:
    """Sentences with passages that support them, or do not."""
    lines = context.sample(read_grounding(GROUNDING_SET), size, lambda each: each.language)
    outcomes = []
    for at, each in enumerate(judged_lines(lines)):
        line = each.line
        measure = "recall" if line.supported else "refused"
        evidence = {}
        if not each.right and line.split != _HELD:
            evidence = {
                "sentence": shown(line.sentence, line.language),
                "passage": shown(line.passages[0], line.language),
                "should be": "supported" if line.supported else "refused",
            }
        outcomes.append(
            Outcome(
                id=line.id or f"line-{at}",
                language=line.language,
                kind=line.kind,
                values={measure: float(each.right)},
                evidence=evidence,
            )
        )
    return outcomes


def topics(context: RunContext, size: int | None) -> list[Outcome]:
    """Questions about dangers, disputes, persons, and ordinary ones."""
    questions = list(enumerate(read_data(SETS / "topics", TopicQuestion)))
    chosen = context.sample(questions, size, lambda each: each[1].language)
    outcomes = []
    for (at, given), each in zip(chosen, topics_of([given for _, given in chosen]), strict=True):
        values = {"recall": float(each.right)} if given.topic else {"false_positive_rate": float(not each.right)}
        evidence = {}
        if not each.right:
            found = ", ".join(sorted(each.found)) or "none"
            evidence = {"text": shown(given.text, given.language), "wanted": given.topic or "none", "got": found}
        outcomes.append(
            Outcome(
                id=f"{given.language}-{at}",
                language=given.language,
                kind=given.topic or "ordinary",
                values=values,
                evidence=evidence,
            )
        )
    return outcomes


def attacks(context: RunContext, size: int | None) -> list[Outcome]:
    """Prompt injections, and harmless texts that use the same words."""
    prompts = list(enumerate(read_prompts(ATTACKS_SET)))
    chosen = context.sample(prompts, size, lambda each: each[1].language or "")
    outcomes = []
    for (at, given), each in zip(chosen, judged_prompts([given for _, given in chosen]), strict=True):
        is_attack = given.label == "attack"
        values = {"recall" if is_attack else "false_positive_rate": float(each.flagged)}
        evidence = {}
        if each.flagged != is_attack and given.split != _HELD:
            got = "taken for an order" if each.flagged else "taken for harmless"
            evidence = {"text": shown(given.text, each.language), "got": got}
        outcomes.append(Outcome(id=f"{at}", language=each.language, kind=given.label, values=values, evidence=evidence))
    return outcomes


def pii(context: RunContext, size: int | None) -> list[Outcome]:
    """Personal data in texts; each thing that was given or found is an item, of its text's cluster."""
    texts = context.sample(read_data(SETS / "pii", PersonalText), size, lambda each: each.language)
    counted = counted_in(texts)
    kinds = len(counted) // len(texts)
    return [
        outcome
        for at, each in enumerate(counted)
        for outcome in _of_type(each, f"{at // kinds}", shown(texts[at // kinds].text, each.language))
    ]


def _of_type(counted: Counted, text: str, evidence: str) -> list[Outcome]:
    outcomes = []
    for measure, total, right in (
        ("recall", counted.given, counted.found),
        ("precision", counted.claimed, counted.right),
    ):
        for number in range(total):
            is_right = number < right
            outcomes.append(
                Outcome(
                    id=f"{text}#{counted.type}-{measure}-{number}",
                    language=counted.language,
                    kind=counted.type,
                    values={measure: float(is_right)},
                    evidence={} if is_right else {"text": evidence, "type": counted.type},
                )
            )
    return outcomes
