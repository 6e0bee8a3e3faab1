"""Escalation: does each conversation go to the right team or to none, with all that a person needs?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.answers import Answer, Finding, Question
from app.assistant import open_assistant
from app.conversations.database import default_url
from app.conversations.store import ConversationStore
from app.escalations.desk import EscalationDesk
from app.escalations.packet import Packet
from app.escalations.records import Escalation
from app.escalations.store import EscalationStore
from app.guarding import open_policy
from app.jobs import AnswerJobs, AssistantLike
from app.phases import shown_phases
from app.settings import load_settings
from eval.errors import EvalError
from eval.json_lines import read_data
from eval.language_codes import LanguageCode
from eval.reporting import Scored, grouped, means_of, measured, print_suite
from eval.sample import GOLDEN
from eval.suites.golden import asked_on

MEASURES = means_of(("accuracy", "cause_accuracy", "person_recall", "packet_completeness"))
_PERSON = "person"
_ANSWER_S = 300.0


class AskedTurn(BaseModel):
    """One question of a conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Annotated[str, Field(min_length=1)]
    topics: tuple[str, ...] = ()  # codes of the topics that it is of, for example ``topic:legal``


class EscalationCase(BaseModel):
    """One line of the data: a conversation, and the team to which it should go by its end, if any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: LanguageCode
    turns: Annotated[tuple[AskedTurn, ...], Field(min_length=1)]
    team: str | None
    cause: str | None
    customer: str | None = None


@dataclass(frozen=True)
class EscalationResult:
    """A conversation with its last answer and the cases that it became."""

    case: EscalationCase
    last: Answer
    found: Sequence[Escalation]

    @property
    def team_is_right(self) -> bool:
        """Whether it went to this team alone, or to none."""
        return [each.team for each in self.found] == ([self.case.team] if self.case.team else [])

    @property
    def cause_is_right(self) -> bool:
        return [each.cause for each in self.found] == ([self.case.cause] if self.case.cause else [])

    def scored(self) -> Scored:
        values = {"accuracy": float(self.team_is_right), "cause_accuracy": float(self.cause_is_right)}
        if self.case.cause == _PERSON:
            values["person_recall"] = float(self.cause_is_right and self.last.action == "escalate")
        if self.found:
            whole = [is_complete(each.packet, self.case) for each in self.found]
            values["packet_completeness"] = sum(whole) / len(whole)
        return Scored(self.case.language, values)


def is_complete(packet: Packet, case: EscalationCase) -> bool:
    """Whether a person could act on the packet without looking anything up.

    It has the question in its language with all that was said before, the customer, what was found with versions
    and quotes, a reason for whatever was withheld, a team, a first step and the paragraph on it all.
    """
    asked = [turn.text for turn in case.turns]
    said = [each.text for each in packet.conversation if each.role == "user"]
    return (
        packet.question in asked
        and said == asked[: asked.index(packet.question) + 1]
        and all(each.text and each.language for each in packet.conversation)
        and packet.language == case.language
        and packet.customer == case.customer
        and bool(packet.found)
        and all(each.version and each.quote and each.title for each in packet.found)
        and all(each.reasons for each in packet.withheld)
        and all((packet.team, packet.first_step_text, packet.summary))
        and packet.question.split()[0] in packet.summary
    )


def run_escalation(data: Path | None, given_topics: bool) -> list[EscalationResult]:
    """Hold every conversation of the data with the assistant, which quotes from the knowledge base of the settings.

    :param given_topics: take the topics of a question from the data, as if a guard had found them.
    :raises EvalUserError: the data cannot be read.
    """
    cases = read_cases(data or Path(str(resources.files("eval") / "sets" / "escalation")))
    assistant = open_assistant(load_settings())
    try:
        with shown_phases() as phases, phases.phase(f"holding {len(cases)} conversations") as show:
            results = []
            for result in held(assistant, cases, given_topics):
                results.append(result)
                show(len(results), len(cases))
            return results
    finally:
        assistant.close()


def read_cases(path: Path) -> list[EscalationCase]:
    """The conversations of a file, or of every ``.jsonl`` file in a folder.

    :raises EvalUserError: there are none, or a line is not one.
    """
    return read_data(path, EscalationCase)


def held(assistant: AssistantLike, cases: Sequence[EscalationCase], given_topics: bool) -> Iterator[EscalationResult]:
    """Each conversation with what became of it; nothing is kept after the last."""
    day = asked_on(GOLDEN)
    topics = {turn.text: turn.topics for case in cases for turn in case.turns} if given_topics else {}
    with open_desk(assistant, topics) as (conversations, jobs):
        escalations = EscalationStore(conversations.sessions)
        for case in cases:
            conversation = conversations.create().id
            answers = []
            for turn in case.turns:
                asked = Question(text=turn.text, as_of=day, customer_id=case.customer, model="quoting")
                answers.append(answered(jobs, conversation, asked, case.id))
            yield EscalationResult(case, answers[-1], list(escalations.of_conversation(conversation).values()))


def answered(jobs: AnswerJobs, conversation: str, question: Question, case: str) -> Answer:
    """The answer to the next question of a conversation, once it is there.

    :param case: what to call the conversation in an error.
    :raises EvalError: there is none.
    """
    snapshot = jobs.wait(jobs.start(conversation, question), _ANSWER_S)
    if snapshot.answer is None:
        raise EvalError(f"{case}: {snapshot.error or 'no answer in time'}")
    return snapshot.answer


@contextmanager
def open_desk(
    assistant: AssistantLike, topics: Mapping[str, Sequence[str]]
) -> Iterator[tuple[ConversationStore, AnswerJobs]]:
    """A desk for the conversations of an evaluation, with the shipped rules; nothing is kept after it.

    :param topics: by question what a guard is taken to have found in it, beside what it does find.
    """
    with tempfile.TemporaryDirectory() as folder:
        conversations = ConversationStore(default_url(Path(folder)))
        policy = open_policy(load_settings().policy).current().escalation
        desk = _Informed(EscalationDesk(conversations, lambda: policy, assistant.search), topics)
        jobs = AnswerJobs(assistant, conversations, escalations=desk)
        try:
            yield conversations, jobs
        finally:
            jobs.close()
            conversations.close()


@dataclass(frozen=True)
class _Informed:
    """A desk that is told the topics of a question."""

    desk: EscalationDesk
    topics: Mapping[str, Sequence[str]]

    def consider(self, message_id: int, question: Question, answer: Answer) -> Answer:
        codes = self.topics.get(question.text, ())
        given = [
            Finding(guard="topics", code=code, about="question", score=1.0, reason="the data say so") for code in codes
        ]
        told = answer.model_copy(update={"findings": (*answer.findings, *given)})
        return self.desk.consider(message_id, question, told)


def report(results: Sequence[EscalationResult]) -> dict[str, Any]:
    """What ``--json`` prints."""
    scored = [result.scored() for result in results]
    return {
        "conversations": len(results),
        **measured(scored, MEASURES),
        "by_language": grouped(scored, lambda each: each.language, MEASURES),
    }


def print_escalation(results: Sequence[EscalationResult], failures: bool, as_json: bool) -> None:
    """Print the figures, and the conversations that went wrong where asked."""
    wrong = [_failure(result) for result in results if min(result.scored().values.values()) < 1]
    print_suite(f"Escalation: {len(results)} conversations", report(results), MEASURES, wrong, failures, as_json)


def _failure(result: EscalationResult) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "wanted": [result.case.team, result.case.cause],
        "got": [[each.team, each.cause] for each in result.found],
        "complete": [is_complete(each.packet, result.case) for each in result.found],
        "action": result.last.action,
        "confidence": result.last.confidence,
        "question": result.case.turns[-1].text,
    }
