"""Check digits and the like: whether a number can be what its form says."""

from __future__ import annotations

import importlib
import ipaddress
from collections.abc import Callable
from datetime import date
from functools import lru_cache

Check = Callable[[str], bool]


@lru_cache(maxsize=128)
def check_named(name: str) -> Check:
    """The check of this name: ``ip``, ``date-yymmdd``, or a module of python-stdnum such as ``de.idnr``.

    :raises ModuleNotFoundError: there is none.
    """
    own = {"ip": _is_address, "date-yymmdd": _begins_with_day, "luhn": _has_luhn_digit}
    if name in own:
        return own[name]
    checked: Check = importlib.import_module(f"stdnum.{name}").is_valid
    return checked


def _has_luhn_digit(text: str) -> bool:
    from stdnum import luhn

    return bool(luhn.is_valid("".join(character for character in text if character.isdigit())))


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _begins_with_day(text: str) -> bool:
    """Of this century or the last."""
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:6])
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False
