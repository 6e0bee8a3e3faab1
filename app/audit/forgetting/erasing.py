"""Takes a person out of everything that is held, and proves it; safe to be killed and run again, and beside a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, delete, select

from app.answered_before.store import forget_answered
from app.audit.errors import AuditUserError
from app.audit.forgetting.holdings import Holdings, holdings_of
from app.audit.forgetting.plan import drop_plan, keep_plan, load_plan, plan_path
from app.audit.forgetting.remaining import remaining
from app.audit.forgetting.searching import Place, search_home
from app.audit.forgetting.under_way import let_answers_end
from app.audit.forgetting.values import PersonalValue
from app.audit.ingests import record_ingests
from app.conversations.sessions import Sessions, open_sessions
from app.conversations.tables import ConversationRow, VaultRow
from app.desk.changes.tables import ChangeConfirmationRow
from app.desk.knowledge.tables import PassageReportRow
from app.settings import Settings
from ingest.forgetting import Forgotten, forget, rebuild
from ingest.knowledge import Knowledge, open_knowledge
from ingest.ledger.collections import Collections
from ingest.ledger.engine import open_ledger
from ingest.ledger.locks import writer_lock
from ingest.paging import pages
from ingest.scrubbing import scrub, scrub_store
from ingest.store.paths import StorePaths

_LOCK_S = 60.0  # that an erasure waits for an ingest to end
# An index file has gaps, in which may stand whatever was in the memory of the process that wrote it: it is written
# anew, and looked through again, this often.
_TRIES = 4
Phase = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took out, or would; no value of the person is repeated here.

    :param vault_values: values of theirs in conversations about others, which have a placeholder for them now.
    :param values: by which the person was looked for; ``too_short`` of them cannot be found for certain.
    :param mentions: where other people's documents and tickets name them; left as they are.
    :param left: where a value still stands that should not.
    """

    customers: int
    tickets: int
    conversations: int
    documents: int
    versions: int
    vault_values: int
    values: int
    too_short: int
    mentions: tuple[Place, ...]
    left: tuple[Place, ...]
    dry_run: bool


def erase(settings: Settings, customers: Sequence[str], dry_run: bool, phase: Phase | None = None) -> Erased:
    """Forget some customers.

    :param phase: shows what is being done.
    :raises AuditUserError: nothing is held about any of them, and no erasure waits to be ended.
    """
    ledger = open_ledger(settings.home, settings.database_url)
    try:
        with open_sessions(settings) as sessions:
            return _Erasure(settings, sessions, ledger, phase or _silent).run(customers, dry_run)
    finally:
        ledger.dispose()


@contextmanager
def _silent(_name: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda _done, _of: None


class _Erasure:
    def __init__(self, settings: Settings, sessions: Sessions, ledger: Engine, phase: Phase) -> None:
        self._settings = settings
        self._sessions = sessions
        self._ledger = ledger
        self._phase = phase

    def run(self, customers: Sequence[str], dry_run: bool) -> Erased:
        home = self._settings.home
        waiting = load_plan(home)
        everybody = tuple(dict.fromkeys((*waiting.customers, *customers)))
        with self._phase("Finding all that is held"):
            held = holdings_of(self._sessions, self._ledger, everybody)
        if held.is_empty and not waiting.customers:
            raise AuditUserError(f"nothing is held about {', '.join(customers)}: look at `polydesk tickets list`")
        plan = waiting.with_more(customers, held.values)
        if dry_run:
            would = Forgotten(len(held.documents), len(held.versions))
            return _erased(held, would, 0, plan.values, (), (), True)
        record_ingests(self._sessions, self._ledger)  # while the ledger still knows what they published
        keep_plan(home, plan)
        with self._knowledge() as (knowledge, renew_lock):
            with self._phase("Taking out documents"):
                forgotten = forget(knowledge, held.versions, renew_lock) if knowledge else Forgotten()
            with self._phase("Letting answers end that know them"):
                let_answers_end(self._sessions, self._settings.answer_timeout_s, renew_lock)
            with self._phase("Taking out tickets and conversations"):
                values = self._take_from_conversations(held, plan.values)
            with self._phase("Writing the indexes anew"):
                if knowledge:
                    rebuild(knowledge, renew_lock)
        with self._phase("Writing the databases anew"):
            self._sessions.scrub()
            scrub(self._ledger)
            self._scrub_store()
        with self._phase("Looking for what is left") as show:
            found = remaining(self._sessions, self._ledger, sorted(plan.values))
            left = self._left_in_files(sorted(plan.values - found.mentioned), show)
        erased = _erased(held, forgotten, values, plan.values, found.mentions, (*found.left, *left), False)
        self._record(plan.customers, erased)
        if not erased.left:
            drop_plan(home)
        return erased

    @contextmanager
    def _knowledge(self) -> Iterator[tuple[Knowledge | None, Callable[[], None]]]:
        """The knowledge base with its writer's lock; none where nothing was ever ingested."""
        if Collections(self._ledger).live() is None:
            yield None, lambda: None
            return
        with (
            open_knowledge(self._settings, engine=self._ledger) as knowledge,
            writer_lock(self._ledger, wait_s=_LOCK_S) as renew_lock,
        ):
            yield knowledge, renew_lock

    def _take_from_conversations(self, held: Holdings, values: frozenset[PersonalValue]) -> int:
        """Returns how many values were taken from conversations that stay."""
        with self._sessions.write() as session:
            forget_answered(session)  # also those that nobody took for this person's
            for page in pages((*held.tickets, *held.chats)):
                session.execute(delete(ConversationRow).where(ConversationRow.id.in_(page)))
            for page in pages(list(held.documents)):
                session.execute(delete(PassageReportRow).where(PassageReportRow.document_id.in_(page)))
                session.execute(delete(ChangeConfirmationRow).where(ChangeConfirmationRow.document_id.in_(page)))
            plain = {(each.type, each.plain) for each in values}
            chats = select(ConversationRow.id).where(ConversationRow.kind == "chat")
            rows = session.execute(
                select(VaultRow.id, VaultRow.type, VaultRow.value).where(VaultRow.conversation_id.in_(chats))
            )
            theirs = [id for id, kind, value in rows if (kind, PersonalValue(kind, value).plain) in plain]
            for numbers in pages(theirs):
                session.execute(delete(VaultRow).where(VaultRow.id.in_(numbers)))
        found = remaining(self._sessions, self._ledger, sorted(values))
        with self._sessions.write() as session:  # what the recognisers had not seen when it was written
            for some_chats in pages(list(found.chats)):
                session.execute(delete(ConversationRow).where(ConversationRow.id.in_(some_chats)))
            for numbers in pages(list(found.reports)):
                session.execute(delete(PassageReportRow).where(PassageReportRow.id.in_(numbers)))
        return len(theirs)

    def _left_in_files(self, gone: Sequence[PersonalValue], show: Callable[[int, int], None]) -> list[Place]:
        home = self._settings.home.expanduser().absolute()
        store = StorePaths.under(home).root
        for tries in range(1, _TRIES + 1):
            left = search_home(home, gone, (plan_path(home),), self._elsewhere(), show)
            if tries == _TRIES or not any((home / each.place).is_relative_to(store) for each in left):
                break
            with self._knowledge() as (knowledge, renew_lock):
                if knowledge:
                    rebuild(knowledge, renew_lock)
            self._scrub_store()
        return left

    def _scrub_store(self) -> None:
        if self._settings.chroma_url is None:
            scrub_store(StorePaths.under(self._settings.home))

    def _elsewhere(self) -> list[Path]:
        """The files of a SQLite database that the settings put outside of the home."""
        url = self._ledger.url
        if url.get_backend_name() != "sqlite" or not url.database:
            return []
        path = Path(url.database).absolute()
        if path.is_relative_to(self._settings.home):
            return []
        return [
            each for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))) if each.exists()
        ]

    def _record(self, customers: Sequence[str], erased: Erased) -> None:
        names = [self._sessions.pseudonym(each) for each in customers]
        counts = {"tickets": erased.tickets, "conversations": erased.conversations, "versions": erased.versions}
        proof = {"values": erased.values, "mentions": len(erased.mentions), "left": len(erased.left)}
        for name in names:
            self._sessions.record("person.erased", name, {"together_with": len(names) - 1, **counts, **proof})


def _erased(
    held: Holdings,
    forgotten: Forgotten,
    vault_values: int,
    values: frozenset[PersonalValue],
    mentions: Sequence[Place],
    left: Sequence[Place],
    dry_run: bool,
) -> Erased:
    return Erased(
        customers=len(held.customers),
        tickets=len(held.tickets),
        conversations=len(held.chats),
        documents=forgotten.documents,
        versions=forgotten.versions,
        vault_values=vault_values,
        values=len(values),
        too_short=sum(not each.can_be_searched for each in values),
        mentions=tuple(mentions),
        left=tuple(left),
        dry_run=dry_run,
    )
