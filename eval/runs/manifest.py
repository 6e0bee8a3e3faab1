"""What a run was made of: everything that is needed to repeat it, and nothing secret."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

State = Literal["running", "finished", "incomplete"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CodeVersion(_Part):
    """Which code ran."""

    package: str
    commit: str = ""  # of git, where the code stands in a working copy
    changed: bool = False  # whether that working copy has changes that no commit has
    digest: str  # of all that our packages consist of

    @property
    def said(self) -> str:
        """On one line, for a person."""
        commit = f", commit {self.commit[:12]}" if self.commit else ""
        return f"{self.package}{commit}{' with changes' if self.changed else ''} ({self.digest})"


class ListedModel(_Part):
    """What a server that knows no digest says of a model."""

    id: str
    owned_by: str = ""
    root: str = ""
    created: int | None = None  # some servers write the time of the look here, so it tells no two versions apart


class ModelVersion(_Part):
    """Which language model wrote."""

    name: str  # ``ollama:TAG``, ``openai:NAME``, ``mistralai:NAME`` or ``quoting``
    base: str = ""  # the tag that an adapted model was made of
    digest: str = ""  # as the server has it
    no_digest: str = ""  # why there is none
    server: str = ""  # the host that a remote model was asked at
    listed: ListedModel | None = None
    size: int = 0  # bytes on the server's disk
    memory: int = 0  # bytes that the server had it loaded in, when the run ended
    quantization: str = ""
    parameters: str = ""

    @property
    def identity(self) -> str:
        """What tells this version from another: a digest, else what the server lists, else why there is neither."""
        if self.digest or self.listed is None:
            return self.digest[:19] or self.no_digest
        parts = (self.listed.id, self.listed.root, self.listed.owned_by)
        return f"listed as {', '.join(part for part in parts if part)} at {self.server}; {self.no_digest}"


class IndexVersion(_Part):
    """Which documents were searched, with which embedding model."""

    documents: int
    digest: str  # of the live versions
    embedding: str
    collection: str = ""


class Manifest(_Part):
    """The head of a run, ``run.json`` in its folder."""

    id: str
    name: str
    started: datetime
    finished: datetime | None = None
    state: State = "running"
    suites: tuple[str, ...]  # that were asked for, in their order
    seed: int
    sizes: dict[str, int | None]  # items of each suite; None for all
    parallel: int = 1
    code: CodeVersion
    model: ModelVersion
    index: IndexVersion
    data: dict[str, str]  # digest of the data of each suite
    prompts: str
    policy: str
    settings: dict[str, Any]
    machine: dict[str, str]

    def differences(self, other: Manifest) -> list[str]:
        """What is not the same in another run, in words; empty where one repeats the other."""
        pairs = {
            "the code": (self.code.digest, other.code.digest),
            "the language model": (self._model, other._model),
            "the documents": (self.index.digest, other.index.digest),
            "the embedding model": (self.index.embedding, other.index.embedding),
            "the prompts": (self.prompts, other.prompts),
            "the policy": (self.policy, other.policy),
            "the data": (self.data, other.data),
            "the samples": ((self.seed, self.sizes), (other.seed, other.sizes)),
            "the settings": (self.settings, other.settings),
        }
        return [name for name, (mine, theirs) in pairs.items() if mine != theirs]

    @property
    def _model(self) -> tuple[str, ...]:
        listed = self.model.listed
        return self.model.name, self.model.digest, self.model.server, *((listed.id, listed.root) if listed else ())
