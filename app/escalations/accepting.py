"""Whether a message takes up the offer to hand the question over, with which an abstention ends."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from pydantic import RootModel

from guardrails.folding import fold, primary_language
from guardrails.yamlfile import load_yaml

ACCEPTED = "accepts-handover"  # the code under which the rules know it
_PATH = Path(__file__).with_name("acceptances.yaml")


class _Acceptances(RootModel[dict[str, str]]):
    pass


def accepts(text: str, language: str) -> bool:
    """Whether ``text`` says yes, once or more, and nothing else, in ``language`` or, as people do, in English."""
    said = _bare(text)
    return any(_yes_in(code).fullmatch(said) for code in (primary_language(language), "en"))


@cache
def _yes_in(language: str) -> re.Pattern[str]:
    said = {_bare(each) for each in load_yaml(_PATH, _Acceptances).root.get(language, "").split(",")} - {""}
    # As often as people say it at most, so that no text takes long.
    return re.compile(f"(?:{'|'.join(sorted(said, key=len, reverse=True)) or '(?!)'}){{1,4}}")


def _bare(text: str) -> str:
    """The letters alone, without accents where these stand on letters of their own."""
    marks = unicodedata.normalize("NFD", fold(text))
    return "".join(
        mark
        for mark in marks
        if unicodedata.category(mark)[0] not in "PSZC" and not (unicodedata.combining(mark) and mark < "\u0370")
    )
