"""Parallel texts from which a language's mean vector is estimated, one YAML file a language.

Multilingual models cluster their vectors by language; taking the mean of a language away, for
passages and for questions apart, lets texts of different languages be compared. The means have to
come from the same content in every language, or the difference of topics would be taken away with
them: so the files are translations of each other, line by line. Written for this purpose, about no company.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import IngestUserError
from ingest.yaml_text import read_yaml

FOLDER = Path(__file__).parent / "calibration"


class CalibrationTexts(BaseModel):
    """One language's texts: sentences as documents have them, and short questions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    passages: tuple[str, ...] = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=1)


@lru_cache(maxsize=1)
def calibration_texts() -> dict[str, CalibrationTexts]:
    """The texts of every language, by ISO 639-1 code.

    :raises IngestUserError: a file is malformed, or has more or fewer lines than the others.
    """
    return read_calibration_texts(FOLDER)


def read_calibration_texts(folder: Path) -> dict[str, CalibrationTexts]:
    """The same from any folder of files ``<code>.yaml``.

    :raises IngestUserError: as :func:`calibration_texts`, and when there is no file.
    """
    texts = {file.stem: _read(file) for file in sorted(folder.glob("*.yaml"))}
    if not texts:
        raise IngestUserError(f"{folder}: no calibration texts (*.yaml); install the package again")
    reference = "en" if "en" in texts else next(iter(texts))
    for code, found in texts.items():
        for part in ("passages", "questions"):
            has, wants = len(getattr(found, part)), len(getattr(texts[reference], part))
            if has != wants:
                raise IngestUserError(
                    f"calibration/{code}.yaml: {has} {part}, but {reference}.yaml has {wants}: translate line by line"
                )
    return texts


def _read(file: Path) -> CalibrationTexts:
    try:
        content = read_yaml(file.read_text(encoding="utf-8"))
        return CalibrationTexts.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise IngestUserError(f"calibration/{file.name}: cannot be read: {reason}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise IngestUserError(f"calibration/{file.name}: {key}: {first['msg']}") from error


@lru_cache(maxsize=1)
def calibration_digest() -> str:
    """Eight hexadecimal digits that change with any of the texts."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.yaml")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:8]
