"""Language codes as data sets write them, as polydesk writes them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from ingest.lexical.terms import primary_language

_ONE_LANGUAGE = {"nb": "no", "nn": "no"}  # polydesk tells no written Norwegian from the other


def language_code(tag: str) -> str:
    """The ISO 639-1 code of a language tag: ``pt`` of ``pt-BR``.

    :raises ValueError: it is none.
    """
    code = primary_language(tag)
    if len(code) not in (2, 3) or code == "und":
        raise ValueError(f"{tag!r} is no language code; write one like de or pt-BR")
    return _ONE_LANGUAGE.get(code, code)


LanguageCode = Annotated[str, AfterValidator(language_code)]
