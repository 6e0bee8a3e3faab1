"""Retrieval data sets in the BEIR format: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/test.tsv``.

BEIR: Thakur et al. 2021, "A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from eval.errors import EvalUserError
from eval.json_lines import numbered_lines, read_records
from eval.language_codes import LanguageCode

_SPLITS = ("test", "dev", "train")
_HEADER = ("query-id", "corpus-id", "score")
Identifier = Annotated[str, StringConstraints(min_length=1)]
Words = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]


class Metadata(BaseModel):
    """What polydesk knows of a record beside its text; other keys are left to others."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    language: LanguageCode | None = None
    answer: str | None = None  # of a query: the words that answer it, as they stand in the document


class Entry(BaseModel):
    """What documents and queries have in common."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: Identifier = Field(alias="_id")
    metadata: Annotated[Metadata, BeforeValidator(lambda value: value or {})] = Metadata()

    @property
    def language(self) -> str | None:
        return self.metadata.language


class Document(Entry):
    """A line of ``corpus.jsonl``; one without words can be judged, but not found."""

    title: Words = ""
    text: Words


class Query(Entry):
    """A line of ``queries.jsonl``."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True)
class BeirSet:
    """A data set. ``judged`` holds, by query and document, how well the document answers the query."""

    documents: tuple[Document, ...]
    queries: tuple[Query, ...]  # those that a document answers
    judged: Mapping[str, Mapping[str, float]]


Kept = TypeVar("Kept", bound=Entry)


def beir_folders(data: Path) -> dict[str, Path]:
    """The BEIR folders that ``data`` names: itself, under the name ``""``, or its subfolders under theirs.

    :raises EvalUserError: there is none.
    """
    if (data / "corpus.jsonl").exists():
        return {"": data}
    if not data.is_dir():
        raise EvalUserError(f"{data}: no such folder; a folder with corpus.jsonl, queries.jsonl and qrels is wanted")
    found = {folder.name: folder for folder in sorted(data.iterdir()) if (folder / "corpus.jsonl").exists()}
    if not found:
        raise EvalUserError(f"{data}: no corpus.jsonl there nor in a subfolder; a BEIR folder is wanted")
    return found


def read_beir(folder: Path) -> BeirSet:
    """The data set in a folder, with the judgements of ``test``, or else of ``dev`` or ``train``.

    :raises EvalUserError: a file is missing or empty, or a line in it is not what it should be.
    """
    documents = _by_id(folder / "corpus.jsonl", Document)
    queries = _by_id(folder / "queries.jsonl", Query)
    file = _judgement_file(folder)
    judged: dict[str, dict[str, float]] = {}
    for number, query, document, score in _judgements(file):
        if query not in queries:
            raise EvalUserError(f"{file}:{number}: query-id {query!r} is not in queries.jsonl")
        if document not in documents:
            raise EvalUserError(f"{file}:{number}: corpus-id {document!r} is not in corpus.jsonl")
        if judged.setdefault(query, {}).setdefault(document, score) != score:
            raise EvalUserError(f"{file}:{number}: {query!r} and {document!r} were judged otherwise above; keep one")
    asked = tuple(query for id, query in queries.items() if any(score > 0 for score in judged.get(id, {}).values()))
    if not asked:
        raise EvalUserError(f"{file}: no query has a document with a score above 0")
    return BeirSet(tuple(documents.values()), asked, judged)


def _by_id(file: Path, record: type[Kept]) -> dict[str, Kept]:
    found: dict[str, Kept] = {}
    for number, entry in read_records(file, record):
        if entry.id in found:
            raise EvalUserError(f"{file}:{number}: _id {entry.id!r} is there already in a line above; keep one of them")
        found[entry.id] = entry
    if not found:
        raise EvalUserError(f"{file}: nothing in it; write one JSON object a line")
    return found


def _judgement_file(folder: Path) -> Path:
    files = [folder / "qrels" / f"{split}.tsv" for split in _SPLITS]
    found = next((file for file in files if file.exists()), None)
    if found is None:
        raise EvalUserError(f"{folder / 'qrels'}: no test.tsv there, nor dev.tsv or train.tsv")
    return found


def _judgements(file: Path) -> list[tuple[int, str, str, float]]:
    """Line number, query, document and score of each judgement."""
    found = []
    for at, (number, line) in enumerate(numbered_lines(file)):
        cells = line.decode("utf-8", "replace").split("\t")
        score = _number(cells[-1])
        if at == 0 and (len(cells) != len(_HEADER) or score is not None):
            raise EvalUserError(f"{file}:{number}: the header is missing; write {', '.join(_HEADER)}, tabs between")
        if at == 0:
            continue
        if len(cells) != len(_HEADER):
            raise EvalUserError(f"{file}:{number}: {len(cells)} columns; write {', '.join(_HEADER)}, tabs between")
        if score is None:
            raise EvalUserError(f"{file}:{number}: score is {cells[-1]!r}; write a number")
        found.append((number, cells[0], cells[1], score))
    return found


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
