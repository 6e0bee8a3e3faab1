"""Write training data: a file of chat JSON lines for each part, and a card that says what is in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import AppUserError
from app.training.accepted import Accepted
from app.training.records import Terms, TrainingRecord, record_of
from app.training.splitting import PARTS, Part, days_of, split_by_time
from prompts.slots import fill

_CARD = Path(__file__).with_name("card.md")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and what was left out for which reason."""

    folder: Path
    records: dict[Part, int]
    languages: dict[str, int]
    repeated: int
    of_an_evaluation: int


def export_training_data(
    accepted: Iterable[Accepted],
    folder: Path,
    terms: Terms,
    company: str,
    family: str | None,
    is_kept_apart: Callable[[str], bool],
    show: Callable[[int], None] = lambda done: None,
) -> Exported:
    """Write what people accepted to ``folder``, which must be new or empty.

    :param is_kept_apart: whether a question belongs to an evaluation, from which no model may learn.
    :param show: called with the number of records that are done.
    :raises AppUserError: there is something in the folder, or nothing to write.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise AppUserError(f"{folder}: there is something in it already; give a new folder")
    seen: set[tuple[str, str]] = set()
    repeated = apart = 0
    kept: list[Accepted] = []
    records: dict[tuple[str, int], TrainingRecord] = {}
    for done, each in enumerate(accepted, 1):
        show(done)
        if is_kept_apart(each.question):
            apart += 1
            continue
        record = record_of(each, company, family, terms)
        said = (" ".join(each.question.split()).casefold(), record.messages[-1].content)
        if said in seen:
            repeated += 1
            continue
        seen.add(said)
        kept.append(each)
        records[each.kind, each.number] = record
    if not kept:
        raise AppUserError(
            "there is nothing to train with: no answer has a thumb up, and no draft was sent"
            + (f" ({apart} belong to an evaluation)" if apart else "")
        )
    parts = split_by_time(kept)
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        _write(folder / f"{part}.jsonl", [records[each.kind, each.number] for each in parts[part]])
    exported = Exported(
        folder,
        {part: len(parts[part]) for part in PARTS},
        dict(Counter(each.language for each in kept).most_common()),
        repeated,
        apart,
    )
    (folder / "README.md").write_text(_card(exported, parts, terms), encoding="utf-8")
    return exported


def _write(file: Path, records: Sequence[TrainingRecord]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(record.plain(), ensure_ascii=False) + "\n" for record in records)


def _card(exported: Exported, parts: dict[Part, list[Accepted]], terms: Terms) -> str:
    rows = []
    for part in PARTS:
        days = days_of(parts[part])
        rows.append(f"| {part} | {exported.records[part]} | {' to '.join(days) if days else ''} |")
    return fill(
        _CARD.read_text(encoding="utf-8"),
        {
            "consent": terms.consent,
            "licence": terms.licence,
            "parts": "\n".join(rows),
            "languages": ", ".join(f"{language} {count}" for language, count in exported.languages.items()),
            "repeated": str(exported.repeated),
            "apart": str(exported.of_an_evaluation),
        },
    )
