"""Countries that a text names, from the Unicode CLDR through babel."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from pydantic import RootModel

from guardrails.entailment.forms import Forms, longest
from guardrails.folding import fold, primary_language
from guardrails.yamlfile import load_yaml

_FILE = Path(__file__).with_name("territories.yaml")
_CODE = re.compile(r"(?!XA|XB|ZZ|QO|EZ|UN)[A-Z]{2}")
_LEAST_FOR_ENDINGS = 5  # letters of a name that takes endings: "mali" would be found in "malicious"
_DECLINED = frozenset({"pl"})  # the last letter of a name changes, too
_KATAKANA = re.compile("[\u30a0-\u30ff]{1,2}")  # "タイ" is Thailand, and in "タイプ"
_THAI_LEAST = 4
_SPOKEN = "語语文"  # "日本語" is a language


class _Names(RootModel[dict[str, list[str]]]):
    pass


def find_territories(text: str, language: str) -> frozenset[str]:
    """ISO 3166 codes of the countries in ``text``, and EU."""
    folded = fold(text)
    found = longest(_forms(primary_language(language)).find(folded))
    same = len(folded) == len(text)  # so that a place in one is that place in the other
    return frozenset(
        code
        for start, end, code in found
        # Polish "samo" is no Samoa: names are written with a capital, where there are any.
        if folded[end : end + 1] not in (*_SPOKEN,) and not (same and text[start].islower())
    )


@lru_cache(maxsize=32)
def _forms(language: str) -> Forms[str]:
    from babel import Locale, UnknownLocaleError

    try:
        names = dict(Locale.parse(language).territories)
    except (UnknownLocaleError, ValueError):
        names = {}
    meanings: dict[str, list[str]] = {}
    for code, name in names.items():
        form = fold(name)
        if _CODE.fullmatch(code) and not _too_short(form):
            meanings.setdefault(_with_endings(form, language), []).append(code)
            meanings.setdefault(form, []).append(code)
    for code, forms in load_yaml(_FILE, _Names).root.items():
        for given in forms:
            meanings.setdefault(fold(given), []).append(code)
    return Forms(meanings)


def _too_short(form: str) -> bool:
    return bool(_KATAKANA.fullmatch(form)) or ("\u0e00" <= form[0] <= "\u0e7f" and len(form) < _THAI_LEAST)


def _with_endings(form: str, language: str) -> str:
    if len(form) < _LEAST_FOR_ENDINGS or form[0] > "\u024f":
        return form
    return f"{form[:-1] if language in _DECLINED else form}*"
