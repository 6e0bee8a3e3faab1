"""What labels are for, in the company's words: a beginning where no ticket has been sorted yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from app.desk.tickets import FIELDS, SortedText
from app.errors import AppUserError
from ingest.languages.identify import identify
from ingest.sentences import split_sentences

_FALLBACK_LANGUAGE = "en"
_LEAST_CHARACTERS = 3
_SEPARATORS = re.compile(r"[\W_]+")
_LETTER = re.compile(r"[^\W\d_]")

Descriptions = Mapping[str, Mapping[str, str]]  # by field and label


class _File(BaseModel):
    """Fields with their labels, and each label's description."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queue: dict[str, str] = {}
    type: dict[str, str] = {}
    priority: dict[str, str] = {}
    sentiment: dict[str, str] = {}


def read_descriptions(path: Path) -> Descriptions:
    """The descriptions of a YAML file: by field, by label, a few sentences in any language.

    :raises AppUserError: the file cannot be used.
    """
    import yaml

    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = _File.model_validate(loaded or {})
    except OSError as error:
        raise AppUserError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise AppUserError(f"{path}: is no text in UTF-8; save it as such") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}" if mark else ""
        raise AppUserError(f"{path}{place}: is no YAML; quote texts that have a colon in them") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise AppUserError(f"{path}: {place}: {first['msg']}; write queue: {{Label: what it is for}}") from None
    found = {field: labels for field in FIELDS if (labels := getattr(file, field))}
    if not found:
        raise AppUserError(f"{path}: describes nothing; write queue: {{Label: what it is for}}")
    return found


def label_names(texts: Sequence[SortedText], fields: Iterable[str]) -> list[SortedText]:
    """A text to learn from for every label of ``texts`` that says something by its name and is not described."""
    described = {(field, label) for each in texts if each.is_description for field, label in each.labels.items()}
    labels = {(field, each.labels[field]) for each in texts for field in fields if field in each.labels}
    named = [(field, label, _SEPARATORS.sub(" ", label).strip()) for field, label in sorted(labels - described)]
    return [
        SortedText(f"{field}/{label}", name, identify(name).language, {field: label}, is_description=True)
        for field, label, name in named
        if len(_LETTER.findall(name)) >= _LEAST_CHARACTERS
    ]


def described_texts(descriptions: Descriptions) -> list[SortedText]:
    """A text to learn from for every label's name and for every sentence about it."""
    texts: list[SortedText] = []
    for field, labels in descriptions.items():
        for label, about in labels.items():
            language = identify(about).language if about.strip() else _FALLBACK_LANGUAGE
            parts = [about[start:end].strip() for start, end in split_sentences(about)]
            for part in (label, *parts):
                if len(part) >= _LEAST_CHARACTERS or part == label:
                    texts.append(SortedText(f"{field}/{label}", part, language, {field: label}, is_description=True))
    return texts
