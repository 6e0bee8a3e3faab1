"""What a company has and wants of a model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

from app.errors import AppUserError
from app.models.catalogue import Task

Use = Literal["commercial", "research", "evaluation"]
Need = Literal["answers", "code", "vision"]
USES: tuple[Use, ...] = get_args(Use)
NEEDS: tuple[Need, ...] = get_args(Need)
_GPU = re.compile(r"(?:(\d+)\s*[x×*]\s*)?(\d+(?:[.,]\d+)?)\s*(?:gb)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is there, and what is asked for.

    :param memory_gb: main memory, in 10^9 bytes.
    :param gpus_gb: memory of each GPU.
    :param languages: ISO 639-1 codes of what customers write in.
    :param users: monthly users of the company's products, with affiliates.
    :param residency: where data has to stay, as ``eu``; anywhere when None.
    :param domicile: where the company has its seat; where its data stays when None.
    :param hosted: whether models that their maker runs are considered.
    :param context: tokens of prompt and answer together.
    """

    memory_gb: float
    gpus_gb: tuple[float, ...] = ()
    languages: tuple[str, ...] = ()
    users: int = 0
    residency: str | None = None
    domicile: str | None = None
    use: Use = "commercial"
    needs: tuple[Need, ...] = ("answers",)
    hosted: bool = False
    context: int = 8192

    @property
    def seat(self) -> str | None:
        """Where the company has its seat, as far as is known."""
        return self.domicile or self.residency

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Tasks of the models that come into question."""
        return ("answers", "code") if "code" in self.needs else ("answers",)


def read_gpus(texts: tuple[str, ...]) -> tuple[float, ...]:
    """``24``, ``4x80``, ``80GB``: the memory of each GPU.

    :raises AppUserError: a text is none of these.
    """
    found: list[float] = []
    for text in texts:
        match = _GPU.fullmatch(text.strip())
        if match is None:
            raise AppUserError(f"--gpu {text}: write its memory in GB, as 24, or 4x80 for four of them")
        found += [float(match[2].replace(",", "."))] * int(match[1] or 1)
    return tuple(found)


def read_codes(text: str) -> tuple[str, ...]:
    """Codes with commas between, in small letters and without regions: ``de,pt-BR`` is ``de`` and ``pt``."""
    codes = [re.split(r"[-_]", part.strip().lower())[0] for part in text.split(",") if part.strip()]
    if wrong := [code for code in codes if not re.fullmatch(r"[a-z]{2}", code)]:
        raise AppUserError(f"--languages {text}: {wrong[0]!r} is no code of two letters, such as de or ar")
    return tuple(dict.fromkeys(codes))
