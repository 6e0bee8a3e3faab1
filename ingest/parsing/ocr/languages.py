"""Which Tesseract language packs read which language and which writing system."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, model_validator

from ingest.yaml_text import read_yaml


class OcrLanguage(BaseModel):
    """``packs`` as Tesseract names them, the first needed; ``scripts`` as its script detection names them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    packs: tuple[str, ...]
    scripts: tuple[str, ...]


class OcrLanguages(BaseModel):
    """The table of ``languages.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    languages: dict[str, OcrLanguage]
    expected: tuple[str, ...]

    @model_validator(mode="after")
    def _is_complete(self) -> OcrLanguages:
        if unknown := set(self.expected) - set(self.languages):
            raise ValueError(f"expected, but not in languages: {', '.join(sorted(unknown))}")
        if bare := [code for code, language in self.languages.items() if not (language.packs and language.scripts)]:
            raise ValueError(f"without packs or scripts: {', '.join(bare)}")
        return self

    def packs(self, language: str, installed: Collection[str]) -> tuple[str, ...]:
        """The packs to read ``language`` (ISO 639-1) with; none when the one it needs is not installed."""
        known = self.languages.get(language)
        if known is None or known.packs[0] not in installed:
            return ()
        return tuple(pack for pack in known.packs if pack in installed)

    def of_script(self, script: str) -> list[str]:
        """The languages written in ``script``, those first of which it is the likeliest script."""
        found = [code for code, language in self.languages.items() if script in language.scripts]
        return sorted(found, key=lambda code: self.languages[code].scripts.index(script))

    def one_of_each_script(self, installed: Collection[str]) -> list[str]:
        """A language for each writing system that can be read."""
        found: dict[str, str] = {}
        for code, language in self.languages.items():
            if language.packs[0] in installed:
                found.setdefault(language.scripts[0], code)
        return list(found.values())

    def missing(self, installed: Collection[str]) -> list[str]:
        """The packs, helping ones included, that the expected languages want and that are not installed."""
        wanted = (pack for code in self.expected for pack in self.languages[code].packs)
        return [pack for pack in dict.fromkeys((*wanted, "osd")) if pack not in installed]


@cache
def ocr_languages() -> OcrLanguages:
    """The table, read once.

    :raises pydantic.ValidationError: the file is not as it must be.
    """
    text = resources.files("ingest.parsing.ocr").joinpath("languages.yaml").read_text(encoding="utf-8")
    return OcrLanguages.model_validate(read_yaml(text))


def install_command(packs: Iterable[str]) -> str:
    """The command that installs Tesseract with these packs on Debian and Ubuntu."""
    names = [f"tesseract-ocr-{pack.replace('_', '-')}" for pack in packs]
    return f"sudo apt-get install {' '.join(['tesseract-ocr', *names])}"
