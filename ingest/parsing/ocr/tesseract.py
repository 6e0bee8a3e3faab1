"""The ``tesseract`` program: what it can read, how a page lies, and its words.

It runs as a process of its own, on one thread, with a time limit; the picture goes in and the
words come out by pipes, so nothing is written to a disk.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.errors import DocumentError
from ingest.parsing.ocr.hocr import WordLine, word_lines
from ingest.parsing.ocr.languages import install_command, ocr_languages

if TYPE_CHECKING:
    from PIL.Image import Image

PAGE_SECONDS = 60.0
_PROGRAM = "tesseract"
_LIST_SECONDS = 10.0
_LEAST_CHARACTERS = 15  # to tell the script by; Tesseract asks for 50 and says nothing of a short Hindi page
_SCRIPT = re.compile(r"^Script: (\S+)", re.MULTILINE)
_CONFIDENCE = re.compile(r"^Script confidence: ([\d.]+)", re.MULTILINE)
_ROTATE = re.compile(r"^Rotate: (\d+)", re.MULTILINE)


class ReadingError(Exception):
    """Tesseract ended with an error or was ended at its time limit; the message says which."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page lies: the script as Tesseract names it, and the clockwise turn that puts it upright (degrees).

    ``confidence`` in the script has no unit; it was above 1.1 where there was much to go by, and below 1.4 on noise.
    """

    script: str
    turn: int
    confidence: float = 0.0


def installed_packs() -> frozenset[str] | None:
    """The language packs that are there; None when Tesseract is not.

    :raises ReadingError: it is there and does not work.
    """
    return Tesseract("").installed if shutil.which(_PROGRAM) else None


class Tesseract:
    """The installed program.

    :raises DocumentError: ``ocr-missing`` when it is not installed, with the command that installs it.
    """

    def __init__(self, name: str) -> None:
        program = shutil.which(_PROGRAM)
        if program is None:
            command = install_command(ocr_languages().missing(()))
            raise DocumentError("ocr-missing", f"{name}: a scan, and Tesseract is not installed; run `{command}`")
        self._program = program

    @cached_property
    def installed(self) -> frozenset[str]:
        """The language packs that are there."""
        listed = self._run(["--list-langs"], b"", _LIST_SECONDS)
        return frozenset(line.strip() for line in listed.splitlines()[1:] if line.strip())

    def layout(self, image: Image) -> Layout | None:
        """The page's script and turn; None when there are too few characters to tell, or no pack to tell by."""
        if "osd" not in self.installed:
            return None
        try:
            said = self._run(
                ["stdin", "stdout", "--psm", "0", "-l", "osd", "-c", f"min_characters_to_try={_LEAST_CHARACTERS}"],
                _bytes(image),
                PAGE_SECONDS,
            )
        except ReadingError:  # "Too few characters. Skipping this page"
            return None
        script, turn = _SCRIPT.search(said), _ROTATE.search(said)
        sure = _CONFIDENCE.search(said)
        return Layout(script[1], int(turn[1]) % 360, float(sure[1]) if sure else 0.0) if script and turn else None

    def read(
        self, image: Image, packs: Sequence[str], dpi: int | None = None, *, one_line: bool = False
    ) -> list[WordLine]:
        """The lines of words on a grey picture, in Tesseract's reading order.

        :param one_line: whether the picture is of a single line, with no layout to look for.

        :raises ReadingError: it ended with an error or took longer than :data:`PAGE_SECONDS`.
        """
        arguments = ["stdin", "stdout", "-l", "+".join(packs), "--psm", "7" if one_line else "3"]
        arguments += ["--dpi", str(dpi)] if dpi else []
        # hOCR does not say where a space is, which Thai and Chinese words have seldom: the plain text does.
        return word_lines(self._run([*arguments, "hocr", "txt"], _bytes(image), PAGE_SECONDS))

    def _run(self, arguments: list[str], given: bytes, seconds: float) -> str:
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(
                [self._program, *arguments],
                input=given,
                capture_output=True,
                timeout=seconds,
                check=True,
                env=environment,
            )
        except subprocess.TimeoutExpired as error:
            raise ReadingError(f"text recognition took longer than {seconds:.0f} s") from error
        except subprocess.CalledProcessError as error:
            said = " ".join(error.stderr.decode("utf-8", "replace").split())
            raise ReadingError(f"Tesseract ended with “{said[-120:]}”") from error
        except OSError as error:
            raise ReadingError(f"Tesseract cannot be started: {error.strerror}") from error
        return done.stdout.decode("utf-8", "replace")


def _bytes(image: Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PPM")  # grey: a PGM, which needs no packing and unpacking
    return buffer.getvalue()
