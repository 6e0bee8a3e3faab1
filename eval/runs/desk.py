"""The suites of the desk: cases for a person, drafts, briefs on updates, sorting, and telling languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing

from app.assistant import open_assistant
from app.phases import shown_phases
from eval.customers.playing import Casting
from eval.customers.words import read_words
from eval.json_lines import numbered_lines, read_data
from eval.runs.context import RunContext, shown
from eval.runs.guarding import SETS
from eval.runs.outcome import Outcome
from eval.suites import changes as changes_suite
from eval.suites import customers as customers_suite
from eval.suites.drafts import DraftResult, drafted, first_messages
from eval.suites.escalation import EscalationResult, held, read_cases
from eval.suites.golden import asked_on, read_golden
from eval.suites.language import LabelledText, identified
from eval.suites.topics import TopicQuestion
from eval.suites.triage import TriageLine, sorted_lines

_LANGUAGES = 12  # of the sample's tickets
_FIELDS = ("queue", "type", "priority", "sentiment")


def escalation(context: RunContext, size: int | None) -> list[Outcome]:
    """Conversations over the sample, and where they went."""
    cases = context.sample(read_cases(SETS / "escalation"), size, lambda each: each.language)
    outcomes = []
    with (
        closing(open_assistant(context.settings)) as assistant,
        shown_phases() as phases,
        phases.phase(f"holding {len(cases)} conversations") as show,
    ):
        for result in held(assistant, cases, given_topics=False):
            outcomes.append(_escalated(result))
            show(len(outcomes), len(cases))
    return outcomes


def customers(context: RunContext, size: int | None) -> list[Outcome]:
    """Conversations with customers who are played by rule."""
    cast = Casting(read_words(), read_golden(context.golden), context.seed).conversations()
    chosen = context.sample(cast, size, lambda each: each.language)
    outcomes = []
    with (
        closing(open_assistant(context.settings)) as assistant,
        shown_phases() as phases,
        phases.phase(f"{len(chosen)} customers") as show,
    ):
        for result in customers_suite.held(assistant, chosen, context.model, asked_on(context.golden)):
            outcomes.append(_served(result))
            show(len(outcomes), len(chosen))
    return outcomes


def drafts(context: RunContext, size: int | None) -> list[Outcome]:
    """Replies to tickets as they came in."""
    per_language = 5 if size is None else max(1, size // _LANGUAGES)
    tickets = context.sample(first_messages(context.tickets, per_language), size, lambda each: each.language or "")
    day = asked_on(context.golden)
    outcomes = []
    with shown_phases() as phases, phases.phase(f"drafting {len(tickets)} replies") as show:
        for result in drafted(context.settings, tickets, context.model, day):
            outcomes.append(_drafted(result))
            show(len(outcomes), len(tickets))
    return outcomes


def changes(context: RunContext, size: int | None) -> list[Outcome]:
    """Two versions of a document; each thing that is expected is an item, of its document's cluster."""
    return [outcome for result in changes_suite.run_changes(SETS / "changes") for outcome in _changed(result)]


def triage(context: RunContext, size: int | None) -> list[Outcome]:
    """The tickets, sorted after learning from the others of them; each field is an item, of its ticket's cluster."""
    tickets = [json.loads(line) for _, line in numbered_lines(context.tickets)]
    chosen = context.sample([each for each in tickets if _opening(each)], size, lambda each: each.get("language") or "")
    lines = [
        TriageLine(
            subject=each.get("subject") or "",
            body=_opening(each),
            language=each.get("language"),
            **{field: each.get(field) for field in _FIELDS},
        )
        for each in chosen
    ]
    return [
        Outcome(
            id=f"{chosen[int(each.id)]['id']}#{each.field}",
            language=each.language,
            kind=each.field,
            values={"accuracy": float(each.got == each.wanted)},
            evidence={} if each.got == each.wanted else {"field": each.field, "wanted": each.wanted, "got": each.got},
        )
        for each in sorted_lines(lines)
    ]


def language(context: RunContext, size: int | None) -> list[Outcome]:
    """The questions of the topics' set, whose languages are known."""
    texts = list(enumerate(read_data(SETS / "topics", TopicQuestion)))
    outcomes = []
    for at, given in context.sample(texts, size, lambda each: each[1].language):
        found = identified(LabelledText(text=given.text, language=given.language))
        evidence = {} if found.right else {"text": shown(given.text, given.language), "got": found.found}
        values = {"accuracy": float(found.right)}
        outcomes.append(Outcome(id=f"{given.language}-{at}", language=given.language, values=values, evidence=evidence))
    return outcomes


def _opening(ticket: Mapping[str, object]) -> str:
    """What the customer wrote first."""
    messages = ticket.get("messages")
    if not isinstance(messages, list):
        return ""
    return next((str(each.get("text", "")) for each in messages if each.get("author") != "agent"), "")


def _escalated(result: EscalationResult) -> Outcome:
    case, scored = result.case, result.scored()
    evidence = {}
    if min(scored.values.values()) < 1:
        evidence = {
            "question": shown(case.turns[-1].text, case.language),
            "wanted": case.team or "nobody",
            "got": ", ".join(each.team for each in result.found) or "nobody",
        }
    values = {name: value for name, value in scored.values.items() if name != "cause_accuracy"}
    return Outcome(id=case.id, language=case.language, kind=case.cause or "none", values=values, evidence=evidence)


def _served(result: customers_suite.CustomerResult) -> Outcome:
    played, values = result.conversation, dict(result.scored().values)
    evidence = {}
    if min(values.values()) < 1:
        evidence = {
            "said": shown(played.turns[0].text, played.language),
            "cases wanted": ", ".join(sorted(played.causes)) or "none",
            "cases": ", ".join(sorted(result.causes)) or "none",
            "answers": ", ".join(answer.action for answer in result.answers),
        }
    return Outcome(id=played.id, language=played.language, kind=played.persona, values=values, evidence=evidence)


def _drafted(result: DraftResult) -> Outcome:
    values = {name: value for name, value in result.scored().values.items() if name not in ("sendable", "handed_over")}
    evidence = {}
    if min(values.values()) < 1:
        said = " ".join(sentence.text for sentence in result.going_out)
        evidence = {"ticket": result.ticket.id, "draft": shown(said, result.draft.language) or "nothing to send"}
    return Outcome(id=result.ticket.id, language=result.draft.language, values=values, evidence=evidence)


def _changed(result: changes_suite.ChangeResult) -> list[Outcome]:
    case, outcomes = result.case, []
    kept_apart = result.part == changes_suite.APART
    for at, wanted in enumerate(case.expect):
        values = {"recall": float(result.has(wanted))}
        if wanted.is_value:
            values["values_right"] = float(result.has_value(wanted))
        evidence = {}
        if min(values.values()) < 1 and not kept_apart:
            evidence = {"kind": ", ".join(wanted.kind), "old": wanted.old, "new": wanted.new, "got": "not in the brief"}
        outcomes.append(
            Outcome(id=f"{case.id}#{at}", language=case.language, kind=result.part, values=values, evidence=evidence)
        )
    if not case.expect:
        values = {"false_alarms": float(bool(result.found))}
        outcomes.append(Outcome(id=case.id, language=case.language, kind=result.part, values=values))
    return outcomes
