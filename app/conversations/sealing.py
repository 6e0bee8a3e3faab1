"""Personal data at rest: kept in the vault of its conversation, and placeholders everywhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.tables import ConversationRow, VaultRow
from guardrails.personal.vault import Entry, Vault

Model = TypeVar("Model", bound=BaseModel)
_FALLBACK_LANGUAGE = "en"
# What people and documents say; the other fields are names of ours, numbers and addresses of documents.
_SAID = frozenset(("answer", "earlier", "first_step_text", "heading", "new", "notice", "old", "passage", "problem"))
_SAID |= {"question", "quote", "reason", "says", "search_problem", "summary", "text", "understood"}
_SAID |= {"closing", "greeting", "remark"}  # of a draft


class Sealing:
    """Seals and opens the texts of one conversation within one transaction."""

    def __init__(self, session: Session, conversation_id: str, writes: bool = False) -> None:
        self._session = session
        self._conversation_id = conversation_id
        if writes:  # two writers would give one number to two people
            session.execute(select(ConversationRow.id).where(ConversationRow.id == conversation_id).with_for_update())
        rows = session.scalars(
            select(VaultRow).where(VaultRow.conversation_id == conversation_id).order_by(VaultRow.id)
        )
        self._vault = Vault(Entry(row.type, row.number, row.form, row.value) for row in rows)
        self._kept = len(self._vault.entries)

    @property
    def vault(self) -> Vault:
        """The personal data of the conversation; what is put into it from outside is not kept."""
        return Vault(self._vault.entries)

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
        return self._vault.unseal(text)

    def open_model(self, sealed: str, model: type[Model]) -> Model:
        """What was sealed with :meth:`seal_model`."""
        return model.model_validate(_mapped(json.loads(sealed), lambda text, _: self._vault.unseal(text)))

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
