"""Policy updates: is every change of meaning in the brief with the right values, and is there no alarm for form?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import typer
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from app.desk.changes.change import Change, Kind
from app.desk.changes.comparing import compare_versions
from app.desk.changes.likeness import embed_lines
from app.phases import shown_phases
from app.settings import load_settings
from eval.errors import EvalUserError
from eval.language_codes import LanguageCode
from eval.reporting import Scored, grouped, means_of, measured, print_json, print_table
from ingest.chunking import chunk
from ingest.documents import Chunk
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_centred_embedder
from ingest.parsing.assembly import assemble
from ingest.parsing.markdown import extract_markdown
from ingest.reading import language_of

MEASURES = means_of(("recall", "values_right", "false_alarms", "unexpected"))
APART = "apart"  # the folder with the cases that nobody looks at while tuning
_VALUED: frozenset[Kind] = frozenset({"amount", "percentage", "deadline", "date", "time", "number"})


class Expected(BaseModel):
    """What has to be in the brief: one of ``kind``, with ``old`` and ``new`` as the texts have them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: tuple[Kind, ...]
    old: str = ""
    new: str = ""

    @field_validator("kind", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @property
    def is_value(self) -> bool:
        """Whether the brief has to call out a figure, old and new."""
        return len(self.kind) == 1 and self.kind[0] in _VALUED


class ChangeCase(BaseModel):
    """Two versions of a Markdown document; where nothing is expected, they say the same in another form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    language: LanguageCode
    old: str
    new: str
    expect: tuple[Expected, ...]


@dataclass(frozen=True)
class ChangeResult:
    """A case with what was found."""

    case: ChangeCase
    part: str
    found: Sequence[Change]

    def has(self, wanted: Expected) -> bool:
        """Whether a change of this kind is there about these words."""
        return any(self._is(change, wanted) for change in self.found)

    def has_value(self, wanted: Expected) -> bool:
        """Whether its figures are called out as they are."""
        return any(
            value.kind in wanted.kind and (value.old, value.new) == (wanted.old, wanted.new)
            for change in self.found
            for value in change.values
        )

    @property
    def missed(self) -> list[Expected]:
        """What is not in the brief, or with another value."""
        return [each for each in self.case.expect if not self.has(each) or (each.is_value and not self.has_value(each))]

    @property
    def unexpected(self) -> list[Change]:
        """What is in the brief and should not be."""
        return [change for change in self.found if not any(self._is(change, each) for each in self.case.expect)]

    def scored(self) -> list[Scored]:
        """A line for each measure and each thing that counts for it."""
        language, expect = self.case.language, self.case.expect
        lines = [Scored(language, {"recall": float(self.has(each))}) for each in expect]
        lines += [Scored(language, {"values_right": float(self.has_value(each))}) for each in expect if each.is_value]
        if not expect:
            return [*lines, Scored(language, {"false_alarms": float(bool(self.found))})]
        return [*lines, Scored(language, {"unexpected": float(bool(self.unexpected))})]

    @staticmethod
    def _is(change: Change, wanted: Expected) -> bool:
        return bool(set(change.kinds) & set(wanted.kind)) and wanted.old in change.old and wanted.new in change.new


def run_changes(data: Path | None) -> list[ChangeResult]:
    """Compare the two versions of every case.

    :raises EvalUserError: the data cannot be read.
    """
    cases = read_cases(data or Path(str(resources.files("eval") / "sets" / "changes")))
    embedder = open_centred_embedder(load_settings())
    with shown_phases() as phases, phases.phase(f"comparing {len(cases)} documents") as show:
        results = []
        for part, case in cases:
            results.append(ChangeResult(case, part, compared(case, embedder)))
            show(len(results), len(cases))
    return results


def compared(case: ChangeCase, embedder: CentredEmbedder) -> list[Change]:
    """What changed in one case, parsed and cut as it is for the knowledge base."""

    old, new = (_chunks(text, case.language, embedder) for text in (case.old, case.new))
    return compare_versions(old, new, embed_lines(lambda: embedder))


def read_cases(path: Path) -> list[tuple[str, ChangeCase]]:
    """The cases of a YAML file, or of every one in a folder, each with the part that it belongs to.

    :raises EvalUserError: there are none, or one is not as it should be.
    """
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    found = [(file.parent.name if path.is_dir() else "given", case) for file in files for case in _read(file)]
    if not found:
        raise EvalUserError(f"{path}: no cases; give a YAML file with a list of them")
    return found


def report(results: Sequence[ChangeResult]) -> dict[str, Any]:
    """The figures as ``--json`` prints them."""
    return {
        **measured(_scored(results), MEASURES),
        "cases": len(results),
        "by_language": grouped(_scored(results), lambda each: each.language, MEASURES),
        "by_part": _by_part(results),
    }


def print_changes(results: Sequence[ChangeResult], failures: bool, as_json: bool) -> None:
    """Print the figures, and what went wrong where asked, but of the part that is kept apart."""
    figures = report(results)
    wrong = [_failure(each) for each in results if each.part != APART and (each.missed or each.unexpected)]
    if as_json:
        print_json({**figures, "failures": wrong} if failures else figures)
        return
    totals = {**figures["by_part"], "all": figures}
    print_table(f"Changes: {len(results)} documents", ("language", figures["by_language"]), totals, MEASURES)
    for each in wrong if failures else ():
        typer.echo(yaml.safe_dump(each, allow_unicode=True, sort_keys=False))


def _scored(results: Iterable[ChangeResult]) -> list[Scored]:
    return [line for result in results for line in result.scored()]


def _by_part(results: Sequence[ChangeResult]) -> dict[str, Any]:
    parts = sorted({each.part for each in results})
    return {part: measured(_scored(each for each in results if each.part == part), MEASURES) for part in parts}


def _failure(result: ChangeResult) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "missed": [{**each.model_dump(), "kind": list(each.kind)} for each in result.missed],
        "unexpected": [{"kinds": list(each.kinds), "old": each.old, "new": each.new} for each in result.unexpected],
    }


def _read(file: Path) -> list[ChangeCase]:
    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
        return [ChangeCase.model_validate(each) for each in loaded or ()]
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise EvalUserError(f"{file.name}: it cannot be read ({' '.join(str(error).split())})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise EvalUserError(f"{file.name}: {where}: {first['msg']}") from error


def _chunks(text: str, language: str, embedder: CentredEmbedder) -> list[Chunk]:
    document = assemble(extract_markdown(Path("case.md"), text.encode()), "case.md", "case")
    return chunk(
        document, lambda words: language_of(words, language), lambda texts: embedder.count_tokens(texts), title="case"
    )
