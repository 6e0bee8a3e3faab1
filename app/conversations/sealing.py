"""Personal data at rest: kept in the vault of its conversation, and placeholders everywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.tables import ConversationRow, VaultRow
from guardrails.personal.placeholders import OPENING
from guardrails.personal.vault import Entry, Vault

Model = TypeVar("Model", bound=BaseModel)
_FALLBACK_LANGUAGE = "en"
# What people and documents say; the other fields are names of ours, numbers and addresses of documents.
_SAID = frozenset(("answer", "earlier", "first_step_text", "heading", "new", "notice", "old", "passage", "problem"))
_SAID |= {"question", "quote", "reason", "says", "search_problem", "summary", "text", "understood"}
_SAID |= {"closing", "greeting", "remark"}  # of a draft


class Sealing:
    """Seals and opens the texts of one conversation within one transaction.

    The vault is read when the first text needs it: most hold no personal data.
    """

    def __init__(self, session: Session, conversation_id: str, writes: bool = False) -> None:
        self._session = session
        self._conversation_id = conversation_id
        if writes:  # two writers would give one number to two people
            session.execute(select(ConversationRow.id).where(ConversationRow.id == conversation_id).with_for_update())
        self._read: Vault | None = None
        self._kept = 0  # entries of the vault that are in the database

    @classmethod
    def together(cls, session: Session, conversation_ids: Sequence[str]) -> dict[str, Sealing]:
        """One for each conversation, their vaults read at once."""
        if not conversation_ids:
            return {}
        entries: dict[str, list[Entry]] = {each: [] for each in conversation_ids}
        columns = (VaultRow.conversation_id, VaultRow.type, VaultRow.number, VaultRow.form, VaultRow.value)
        rows = session.execute(
            select(*columns).where(VaultRow.conversation_id.in_(conversation_ids)).order_by(VaultRow.id)
        )
        for conversation_id, kind, number, form, value in rows:
            entries[conversation_id].append(Entry(kind, number, form, value))
        sealings = {each: cls(session, each) for each in conversation_ids}
        for conversation_id, sealing in sealings.items():
            sealing._fill(entries[conversation_id])
        return sealings

    @property
    def vault(self) -> Vault:
        """The personal data of the conversation; what is put into it from outside is not kept."""
        return Vault(self._vault.entries)

    @property
    def _vault(self) -> Vault:
        if self._read is None:
            rows = self._session.scalars(
                select(VaultRow).where(VaultRow.conversation_id == self._conversation_id).order_by(VaultRow.id)
            )
            return self._fill([Entry(row.type, row.number, row.form, row.value) for row in rows])
        return self._read

    def _fill(self, entries: Sequence[Entry]) -> Vault:
        self._read, self._kept = Vault(entries), len(entries)
        return self._read

    def seal(self, text: str, language: str | None) -> str:
        """``text`` without personal data, which goes into the vault."""
        return self._keeping(lambda: self._vault.seal(text, language or _FALLBACK_LANGUAGE))

    def seal_name(self, name: str) -> str:
        """A placeholder for a person's name that stands alone."""
        return self._keeping(lambda: self._vault.seal_name(name))

    def seal_model(self, model: BaseModel, language: str | None) -> str:
        """The JSON of ``model``, sealed."""

        def sealed(text: str, of: str | None) -> str:
            return self._vault.seal(text, of or language or _FALLBACK_LANGUAGE)

        return self._keeping(lambda: json.dumps(_mapped(model.model_dump(mode="json"), sealed), ensure_ascii=False))

    def open(self, text: str) -> str:
        """What was sealed; a text from before there was a vault is as it was."""
        return self._vault.unseal(text) if may_be_sealed(text) else text

    def open_model(self, sealed: str, model: type[Model]) -> Model:
        """What was sealed with :meth:`seal_model`."""
        return model.model_validate(_mapped(json.loads(sealed), lambda text, _: self.open(text)))

    def _keeping(self, write: Callable[[], str]) -> str:
        sealed = write()
        entries = self._vault.entries
        for entry in entries[self._kept :]:
            self._session.add(
                VaultRow(
                    conversation_id=self._conversation_id,
                    type=entry.type,
                    number=entry.number,
                    form=entry.form,
                    value=entry.value,
                )
            )
        self._kept = len(entries)
        return sealed


def may_be_sealed(text: str) -> bool:
    """Whether something in ``text`` may stand for what is in the vault."""
    return OPENING in text


def _mapped(value: Any, change: Callable[[str, str | None], str]) -> Any:
    """A dumped model with every text in it changed that people or documents say."""

    def walk(node: Any, said: bool, language: str | None) -> Any:
        if isinstance(node, dict):
            own = node.get("language") or language
            # The reasons of an answer are codes, those of a sentence are words about it.
            words = _SAID | {"reasons"} if "supported" in node else _SAID
            return {key: walk(each, key in words, own) for key, each in node.items()}
        if isinstance(node, list):
            return [walk(each, said, language) for each in node]
        return change(node, language) if said and isinstance(node, str) else node

    return walk(value, False, None)
