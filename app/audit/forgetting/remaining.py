"""Where values still stand in the databases: in other people's documents, or where they should not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Engine, MetaData, Row, String, Table, select
from sqlalchemy.orm import Session

import ingest.ledger.tables as ledger_tables
from app.audit.forgetting.searching import Place
from app.audit.forgetting.values import PersonalValue, pattern_of
from app.conversations.sessions import Sessions
from app.conversations.tables import Base, ConversationRow

_PAGE = 500
_OF_DOCUMENTS = ("versions", "chunks", "documents")
_CONVERSATION = "conversation_id"


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a look through both databases found.

    :param mentions: in documents and tickets of others, which are not this person's to be taken away.
    :param left: anywhere else.
    :param mentioned: the values that stand anywhere.
    :param chats: ids of conversations with the assistant that say who it is.
    :param reports: ids of reports on passages that do.
    """

    mentions: tuple[Place, ...]
    left: tuple[Place, ...]
    mentioned: frozenset[PersonalValue]
    chats: tuple[str, ...]
    reports: tuple[int, ...]


def remaining(sessions: Sessions, ledger: Engine, values: Sequence[PersonalValue]) -> Remaining:
    """Look at every text of every row."""
    wanted = [each for each in values if each.can_be_searched]
    pattern = pattern_of(wanted)
    if pattern is None:
        return Remaining((), (), frozenset(), (), ())
    by_form = {form: each for each in wanted for text in each.texts() for form in (text, json.dumps(text)[1:-1])}
    mentions: dict[Place, None] = {}
    left: dict[Place, None] = {}
    mentioned: set[PersonalValue] = set()
    chats: set[str] = set()
    reports: set[int] = set()
    with Session(ledger) as reading:
        for table, row, forms in _found(reading, ledger_tables.Base.metadata, pattern):
            for value in {by_form[form] for form in forms}:
                places = mentions if table.name in _OF_DOCUMENTS else left
                places[Place(_named(table, row), value.type)] = None
                mentioned.add(value)
    with sessions.read() as session:
        kinds = dict(session.execute(select(ConversationRow.id, ConversationRow.kind)).tuples().all())
        for table, row, forms in _found(session, Base.metadata, pattern):
            conversation_id = row.get(_CONVERSATION) or (row["id"] if table.name == "conversations" else None)
            kind = kinds.get(str(conversation_id))
            for value in {by_form[form] for form in forms}:
                mentioned.add(value)
                place = Place(_named(table, row), value.type)
                if kind == "ticket" or not value.tells_who:
                    mentions[place] = None
                    continue
                left[place] = None
                if kind == "chat":
                    chats.add(str(conversation_id))
                elif table.name == "passage_reports":
                    reports.add(int(row["id"]))
    return Remaining(tuple(mentions), tuple(left), frozenset(mentioned), tuple(sorted(chats)), tuple(sorted(reports)))


def _found(
    session: Session, metadata: MetaData, pattern: re.Pattern[str]
) -> Iterator[tuple[Table, Mapping[str, Any], set[str]]]:
    """Each row in which something was found, with what."""
    for table in metadata.sorted_tables:
        texts = [column for column in table.columns if isinstance(column.type, (String, JSON))]
        if not texts:
            continue
        for row in session.execute(select(table).execution_options(yield_per=_PAGE)):
            forms = set(pattern.findall(_text_of(row, [column.name for column in texts])))
            if forms:
                yield table, dict(row._mapping), forms


def _text_of(row: Row[Any], columns: Sequence[str]) -> str:
    parts = [row._mapping[name] for name in columns]
    return "\n".join(part if isinstance(part, str) else json.dumps(part, ensure_ascii=False) for part in parts if part)


def _named(table: Table, row: Mapping[str, Any]) -> str:
    if table.name == "versions":
        return f"document {row['document_id']}, version {row['number']}"
    if table.name == "chunks":
        return f"chunk {row['ordinal']} of version {row['version_id']} in the ledger"
    if _CONVERSATION in row:
        return f"{table.name} of conversation {row[_CONVERSATION]}"
    key = ", ".join(str(row[column.name]) for column in table.primary_key.columns)
    return f"{table.name} {key}"
