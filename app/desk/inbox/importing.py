"""An export becomes tickets of the inbox: taken in, embedded, sorted, and held against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.conversations.sessions import Sessions
from app.desk.inbox.attachments import Attachment
from app.desk.inbox.intake import TicketIntake
from app.desk.inbox.marking import mark_duplicates
from app.desk.inbox.pictures import PictureFolder, PictureReader
from app.desk.inbox.records import Label
from app.desk.inbox.store import TicketStore
from app.desk.inbox.vectors import TicketVectors, text_digest
from app.desk.tickets import FIELDS, SortedText, first_words, languages_of, sorted_texts
from app.desk.triage.learning import vectors_of
from app.desk.triage.triage import Triage
from app.errors import AppUserError
from ingest.documents import Finding
from ingest.embedding.centring import CentredEmbedder
from ingest.sources.tickets import Ticket

Phase = Callable[[str], Callable[[int, int], None]]
_NUMBER_CHARACTERS = 255


@dataclass(frozen=True)
class ImportSummary:
    """What became of an export.

    :param sorted_: how many tickets have guessed labels that they had not before.
    :param duplicates: how many of the inbox are duplicates now.
    :param pictures: in how many attached ones words were found.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    sorted_: int = 0
    duplicates: int = 0
    pictures: int = 0
    findings: tuple[Finding, ...] = field(default=())


class TicketImport:
    """Imports of one inbox.

    :param embedder: opened where there is anything to embed.
    :param triage: what was learned, or None where nothing was.
    :param pictures: where attached pictures lie, and what reads them; nothing is read when None.
    """

    def __init__(
        self,
        sessions: Sessions,
        embedder: Callable[[], CentredEmbedder],
        triage: Callable[[CentredEmbedder], Triage | None],
        phase: Phase,
        pictures: tuple[PictureFolder, PictureReader] | None = None,
    ) -> None:
        self._sessions = sessions
        self._store = TicketStore(sessions)
        self._vectors = TicketVectors(sessions)
        self._embedder = embedder
        self._triage = triage
        self._phase = phase
        self._pictures = pictures

    def run(self, read: Sequence[Ticket | Finding], source: str) -> ImportSummary:
        """Import what was read of an export; a ticket that cannot be kept is a finding, the rest goes on."""
        findings = [each for each in read if isinstance(each, Finding)]
        tickets = [each for each in read if isinstance(each, Ticket)]
        ids, outcomes = self._taken(tickets, source, findings)
        texts = [each for each in sorted_texts(tickets) if each.id in ids]
        sorted_count = duplicates = 0
        if texts:
            embedder = self._embedder()
            self._place(texts, ids, embedder)
            sorted_count = self._sort(texts, ids, embedder)
            self._phase("looking for duplicates")
            duplicates = mark_duplicates(self._sessions, embedder.fingerprint, self._text)
        return ImportSummary(
            new=outcomes["new"],
            updated=outcomes["updated"],
            unchanged=outcomes["unchanged"],
            sorted_=sorted_count,
            duplicates=duplicates,
            pictures=outcomes["pictures"],
            findings=tuple(findings),
        )

    def _taken(
        self, tickets: Sequence[Ticket], source: str, findings: list[Finding]
    ) -> tuple[dict[str, str], Counter[str]]:
        """Conversation ids by number, and how many tickets were new, updated or unchanged."""
        intake = TicketIntake(self._sessions, source)
        said = [first_words(each) or each.subject or _all_words(each) for each in tickets]
        languages = languages_of(said, [each.language for each in tickets])
        show = self._phase(f"taking in {len(tickets)} tickets")
        ids: dict[str, str] = {}
        outcomes: Counter[str] = Counter()
        for done, (ticket, language) in enumerate(zip(tickets, languages, strict=True), 1):
            if max(len(ticket.id), len(ticket.customer_id)) > _NUMBER_CHARACTERS:
                message = f"{ticket.id[:40]}…: its id or its customer's is longer than {_NUMBER_CHARACTERS} characters"
                findings.append(Finding(ticket.id[:40], "wrong-format", message))
                continue
            try:
                attached = self._attached(ticket, intake, language, findings)
                taken = intake.take(ticket, language[:16], attached)
            except AppUserError as error:  # a database that fails ends the import
                findings.append(Finding(ticket.id, "not-kept", f"{ticket.id}: {error}"))
                continue
            ids[ticket.id] = taken.conversation_id
            outcomes[taken.outcome] += 1
            outcomes["pictures"] += sum(bool(each.text) for each in attached.values())
            show(done, len(tickets))
        return ids, outcomes

    def _attached(
        self, ticket: Ticket, intake: TicketIntake, language: str, findings: list[Finding]
    ) -> dict[str, Attachment]:
        """By name the pictures of a ticket, read; before its transaction, which nobody waits for meanwhile."""
        if self._pictures is None:
            return {}
        folder, reader = self._pictures
        files = folder.of(ticket)
        if not files:
            return {}
        read = list(reader.read(files, intake.attachments(ticket.id), ticket.id, language))
        findings += [each for each in read if isinstance(each, Finding)]
        return {each.name: each for each in read if isinstance(each, Attachment)}

    def _place(self, texts: Sequence[SortedText], ids: dict[str, str], embedder: CentredEmbedder) -> None:
        import numpy as np

        known = self._vectors.digests(embedder.fingerprint)
        digests = {each.id: text_digest(each.text) for each in texts}
        fresh = [each for each in texts if known.get(ids[each.id]) != digests[each.id]]
        if not fresh:
            return
        vectors = vectors_of(fresh, embedder, self._phase(f"embedding {len(fresh)} tickets"))
        self._vectors.keep(
            [ids[each.id] for each in fresh],
            [digests[each.id] for each in fresh],
            vectors.astype(np.float32),
            embedder.fingerprint,
        )

    def _sort(self, texts: Sequence[SortedText], ids: dict[str, str], embedder: CentredEmbedder) -> int:
        """Guess what nobody has said; how many tickets have other labels than before."""
        import numpy as np

        bare = [each for each in texts if len(each.labels) < len(FIELDS)]
        triage = self._triage(embedder) if bare else None
        if triage is None:
            return 0
        placed = self._vectors.load(embedder.fingerprint)
        rows = {conversation_id: row for row, conversation_id in enumerate(placed.ids)}
        vectors = placed.vectors[[rows[ids[each.id]] for each in bare]].astype(np.float64)
        count = 0
        for each in triage.sort(bare, self._phase(f"sorting {len(bare)} tickets"), vectors):
            labels = {
                name: Label(guess.label, "triage", round(guess.probability, 4), guess.in_scope, guess.words)
                for name, guess in each.guesses.items()
                if name in FIELDS
            }
            count += self._store.guess(ids[each.text.id], labels)
        return count

    def _text(self, conversation_id: str) -> str:
        return first_words(self._store.ticket(conversation_id))


def _all_words(ticket: Ticket) -> str:
    return "\n".join(each.text for each in ticket.messages)
