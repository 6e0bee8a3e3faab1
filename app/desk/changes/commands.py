"""What ``polydesk changes`` does."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from app.answers import Answer, Sentence
from app.audit.opening import open_trail
from app.conversations.database import database_url
from app.conversations.store import ConversationStore
from app.desk.changes.again import Compared, ask_again
from app.desk.changes.brief import Brief
from app.desk.changes.desk import open_change_desk
from app.desk.changes.golden import TouchedGolden, touched_golden
from app.desk.changes.printing import as_plain, print_changes
from app.desk.changes.told import Told
from app.desk.changes.touched import TouchedAnswer
from app.golden import GoldenQuestion, read_golden
from app.jobs import AssistantLike
from app.settings import load_settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for on the command line."""

    since: datetime | None = None
    run: int | None = None
    document: str | None = None
    language: str = "en"
    audience: str | None = None
    golden: Path | None = None
    again: bool = False
    summary: bool = False
    confirm: bool = False
    by: str | None = None


def show_changes(wanted: Wanted, as_json: bool) -> None:
    """Print the briefs.

    :raises AppUserError: the document, the run or the golden questions are not there.
    """
    questions = read_golden(wanted.golden) if wanted.golden else []
    since = wanted.since.replace(tzinfo=UTC) if wanted.since else None
    with _Teller.opened(wanted, questions) as teller:
        found = [
            teller.tell(brief) for brief in teller.desk.briefs.of(since, wanted.run, wanted.document, wanted.audience)
        ]
    if as_json:
        today = date.today()
        typer.echo(json.dumps({"changes": [as_plain(each, today) for each in found]}, ensure_ascii=False))
    else:
        print_changes(found, wanted.language)


class _Teller:
    """Finds out all that is asked for about a brief; the assistant is opened for the first question only."""

    def __init__(self, wanted: Wanted, questions: Sequence[GoldenQuestion], resources: ExitStack) -> None:
        self._wanted, self._questions, self._resources = wanted, questions, resources
        self._settings = load_settings()
        self._conversations = ConversationStore(database_url(self._settings), trail=open_trail(self._settings))
        resources.callback(self._conversations.close)
        self.desk = open_change_desk(self._settings, self._conversations.sessions)
        self._assistant: AssistantLike | None = None

    @classmethod
    @contextmanager
    def opened(cls, wanted: Wanted, questions: Sequence[GoldenQuestion]) -> Iterator[_Teller]:
        with ExitStack() as resources:
            yield cls(wanted, questions, resources)

    def tell(self, brief: Brief) -> Told:
        """All that is asked for; who confirms has read it."""
        answers = self.desk.touched(brief)
        golden = touched_golden(brief, self._questions)
        again: dict[str, Compared] = {}
        if self._wanted.again:
            ahead = brief.effective_from if brief.is_ahead(date.today()) else None
            again = self._asked_again(answers, golden, ahead)
        if self._wanted.confirm:
            self.desk.confirmations.confirm(brief, self._wanted.by or getpass.getuser())
        return Told(
            brief,
            tuple(answers),
            tuple(golden),
            tuple(self.desk.open_drafts(brief)),
            again,
            self.desk.summary(brief, self._wanted.language) if self._wanted.summary else None,
            self.desk.confirmations.state(brief.id),
        )

    def _asked_again(
        self, answers: Sequence[TouchedAnswer], golden: Sequence[TouchedGolden], as_of: date | None
    ) -> dict[str, Compared]:
        found: dict[str, Compared] = {}
        for each in answers:
            if str(each.message_id) not in found:
                old = self._conversations.message(each.message_id).answer
                if old is not None:
                    found[str(each.message_id)] = ask_again(self._open_assistant(), each.question, old, as_of)
        for question in golden:
            said = Sentence(text=question.quote, supported=True, score=1.0)
            wanted = Answer(action="answer", language=question.language, answer=question.quote, sentences=(said,))
            found[question.id] = ask_again(self._open_assistant(), question.question, wanted, as_of)
        return found

    def _open_assistant(self) -> AssistantLike:
        from app.assistant import open_assistant

        if self._assistant is None:
            self._assistant = open_assistant(self._settings)
            self._resources.callback(self._assistant.close)
        return self._assistant
