"""Where what was learned is kept: an archive of arrays for each field, and what is known of it in JSON."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from app.desk.tickets import FIELDS
from app.desk.triage.classifier import Classifier, Linear
from app.desk.triage.descriptions import Descriptions, read_descriptions
from app.desk.triage.scope import Centres, Usual
from app.desk.triage.words import Vocabulary
from app.errors import AppUserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FIELD = re.compile(r"[a-z][a-z_]{0,30}")
_ARRAYS = ("vector_weights", "vector_bias", "word_weights", "word_bias")
_LABELS = "labels.yaml"
_SPACES = ("of_labels", "within", "middle", "overall")


class Learned(BaseModel):
    """What is known of a classifier beside its arrays.

    :param accuracy: of the examples that it had not seen, 0 to 1; None where every label has one example alone.
    :param fingerprint: of the embedding model that its vectors came from.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    labels: tuple[str, ...]
    examples: int
    accuracy: float | None
    learned_at: str
    fingerprint: str
    temperature: float
    usual: Usual
    terms: tuple[str, ...]
    rarity: tuple[float, ...]


@dataclass(frozen=True)
class TriageShelf:
    """The classifiers of one knowledge base.

    :param folder: created with the first of them.
    """

    folder: Path

    def fields(self) -> list[str]:
        """What has been learned."""
        known = {file.stem for file in self.folder.glob("*.json")}
        return [*(field for field in FIELDS if field in known), *sorted(known.difference(FIELDS))]

    def describe(self, labels: Path) -> None:
        """Keep what a file says of labels, in place of what was kept before.

        :raises AppUserError: the file cannot be used.
        """
        read_descriptions(labels)
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f"{_LABELS}.new"
        fresh.write_bytes(labels.read_bytes())
        fresh.replace(self.folder / _LABELS)

    def descriptions(self) -> Descriptions:
        """What labels are for; empty where nobody has said."""
        kept = self.folder / _LABELS
        return read_descriptions(kept) if kept.exists() else {}

    def known(self, field: str) -> Learned | None:
        """What is known of the classifier for a field; None when there is none.

        :raises AppUserError: its file is damaged.
        """
        file = self._file(field, ".json")
        try:
            return Learned.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError):
            raise _damaged(file) from None

    def load(self, field: str, fingerprint: str) -> Classifier | None:
        """The classifier for a field; None when there is none, or its vectors came from another embedding model.

        :raises AppUserError: its files are damaged.
        """
        import numpy as np

        known = self.known(field)
        if known is None or known.fingerprint != fingerprint:
            return None
        file = self._file(field, f".{known.learned_at}.npz")
        try:
            with np.load(file, allow_pickle=False) as archive:
                # By columns, since a ticket has few of many terms; by rows, each product would copy them all.
                arrays = {name: archive[name].astype(np.float64, order="F") for name in (*_ARRAYS, *_SPACES)}
        except (OSError, ValueError, KeyError):
            raise _damaged(file) from None
        vectors, words = (Linear(arrays[f"{kind}_weights"], arrays[f"{kind}_bias"]) for kind in ("vector", "word"))
        centres = Centres(*(arrays[name] for name in _SPACES))
        vocabulary = Vocabulary(known.terms, known.rarity)
        return Classifier(known.labels, vectors, words, vocabulary, known.temperature, centres, known.usual)

    def keep(self, learned: Learned, classifier: Classifier) -> None:
        """Keep a classifier in place of the one before; a reader has the old one or the new one, never half."""
        import numpy as np

        self.folder.mkdir(parents=True, exist_ok=True)
        before = self._told(learned.field)
        arrays: dict[str, NDArray[np.float32]] = {}
        for kind, linear in (("vector", classifier.vectors), ("word", classifier.words)):
            arrays[f"{kind}_weights"] = linear.weights.astype(np.float32)
            arrays[f"{kind}_bias"] = linear.bias.astype(np.float32)
        arrays |= {name: getattr(classifier.centres, name).astype(np.float32) for name in _SPACES}
        archive = self._file(learned.field, f".{learned.learned_at}.npz")
        with archive.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **arrays)
        told = self._file(learned.field, ".json")
        fresh = told.with_suffix(".new")
        fresh.write_text(learned.model_dump_json(), encoding="utf-8")
        fresh.replace(told)
        for old in self.folder.glob(f"{learned.field}.*.npz"):
            if old != archive and not (before and before in old.name):  # somebody may be about to read the one before
                old.unlink(missing_ok=True)

    def _told(self, field: str) -> str | None:
        try:
            known = self.known(field)
        except AppUserError:
            return None  # damaged, and about to be replaced
        return known.learned_at if known else None

    def _file(self, field: str, suffix: str) -> Path:
        if not _FIELD.fullmatch(field):
            raise AppUserError(f"{field}: no field of a ticket; name it in small letters, as queue")
        return self.folder / f"{field}{suffix}"


def shelf_of(home: Path) -> TriageShelf:
    """Where a knowledge base keeps what was learned of its tickets."""
    return TriageShelf(home / "triage")


def _damaged(file: Path) -> AppUserError:
    return AppUserError(f"{file.name}: cannot be read; run polydesk tickets learn again")
