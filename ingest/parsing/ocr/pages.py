"""Reading the pages of one scan: in which language, which way up, and how sure it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.documents import Finding
from ingest.errors import DocumentError
from ingest.parsing.ocr.hocr import WordLine, mean_confidence, without_noise
from ingest.parsing.ocr.languages import install_command, ocr_languages
from ingest.parsing.ocr.latin import is_doubtful, without_false_latin
from ingest.parsing.ocr.pictures import LARGEST_SCALE, enlarged, grey, has_lines, scaled
from ingest.parsing.ocr.second_look import second_look
from ingest.parsing.ocr.tesseract import PAGE_SECONDS, Layout, ReadingError, Tesseract
from ingest.parsing.processes.deadline import extend

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES = 200  # of one document

# Mean confidence in per cent, measured on drawn pages in 7 languages: the right pack 90 to 96, another of the same
# script 75 to 87, of another script 0 to 73, the right one upside down 28; blurred until a tenth of the words are wrong
# 75, until most are 45.
_SURE = 75.0
_UNSURE = 75.0
_NOISE = 45.0
_SURE_SCRIPT = 1.5
_ILLEGIBLE = "it cannot be told from noise: blurred, handwritten, or in a script without a language pack"
_TIE = 2.0
_IDENTIFIED = 0.8  # probability of a language above which its own pack is tried
_LEAST_LETTERS = 20  # to tell a language by
_UNSURE_NUMBER = 70.0
_MOST_TRIALS = 2  # pages of one document that every script is tried on
_TRIAL_PIXELS = 600_000
_SMALL_TYPE, _GOOD_TYPE = 22.0, 40.0  # pixels of a line of type
_SHORTEST_SIDE = 40  # pixels; a smaller picture holds no text

_LATIN_PACK = "eng"  # helps other scripts with names of products
_ARABIC_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Recognised:
    """One page as it was read; ``confidence`` is a mean in per cent.

    ``width`` and ``height`` are those of the upright picture in the pixels of ``lines``, and ``image`` is that
    picture as long as the page is worked on.
    """

    lines: tuple[WordLine, ...]
    language: str
    confidence: float
    width: int
    height: int
    image: Image | None = None

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def letters(self) -> int:
        return sum(char.isalnum() for char in self.text)

    @property
    def type_size(self) -> float:
        """Pixels of a line of type, in the middle."""
        sizes = sorted(line.size for line in self.lines for _ in line.words)
        return sizes[len(sizes) // 2] if sizes else 0.0


class ScanReader:
    """Reads the pages of one document, remembering the language from page to page.

    :param name: the document, for messages.
    :param language: the one to expect (ISO 639-1), where somebody knows it.
    :raises DocumentError: ``ocr-missing`` when Tesseract or every language pack is missing.
    """

    def __init__(self, name: str, language: str | None = None) -> None:
        self._name = name
        self._tesseract = Tesseract(name)
        self._languages = ocr_languages()
        try:
            self._installed = self._tesseract.installed
        except ReadingError as error:
            raise DocumentError("ocr-missing", f"{name}: a scan, and {error}; install Tesseract again") from error
        if not self._languages.one_of_each_script(self._installed):
            raise self._missing(["eng"], "no language pack of Tesseract is installed")
        self._hint = language.split("-")[0].lower() if language else None
        self._settled: str | None = None
        self._trials = 0
        self._read: dict[int, Recognised] = {}
        self._troubles: dict[int, str] = {}
        self._wanted: dict[str, str] = {}  # packs that would have read better, with what for

    def read(self, image: Image, page: int, dpi: int | None = None) -> Recognised | None:
        """The words of one page; None when it holds none, or none that can be told from noise.

        :param image: of any mode, any way up.
        :param dpi: pixels an inch, where it is known.
        :raises DocumentError: ``ocr-missing`` when no pack for its script is installed.
        """
        extend(PAGE_SECONDS, f"text recognition of page {page}")
        if min(image.size) < _SHORTEST_SIDE:
            return None
        try:
            found = self._best(grey(image), dpi)
            found = self._looked_at_twice(found) if found is not None and found.confidence >= _NOISE else found
        except ReadingError as error:
            self._troubles[page] = str(error)
            return None
        if found is None or not found.letters:
            return None
        if found.confidence < _NOISE:
            self._troubles[page] = _ILLEGIBLE
            return None
        self._read[page] = found
        if found.letters >= _LEAST_LETTERS and found.confidence >= _SURE:
            self._settled = found.language
        return found

    def findings(self) -> list[Finding]:
        """What was read and how well, what could not be read, and what to install to read it better."""
        findings = []
        if self._read:
            count = Counter(found.language for found in self._read.values())
            mean = mean_confidence(word for found in self._read.values() for line in found.lines for word in line.words)
            pages = f"{len(self._read)} page{'s' * (len(self._read) > 1)}"
            said = f"{pages} read by text recognition as {', '.join(count)}, with {mean:.0f} % mean confidence"
            findings.append(Finding(self._name, "scanned", said))
        unsure = [
            f"{page} ({found.confidence:.0f} %)" for page, found in self._read.items() if found.confidence < _UNSURE
        ]
        if unsure:
            said = f"hard to read, check the words of page {_few(unsure)}; a sharper scan at 300 dpi reads better"
            findings.append(Finding(self._name, "ocr-unsure", said))
        if numbers := list(self._unsure_numbers()):
            said = f"numbers that may be misread: {_few(numbers)}; compare them with the scan"
            findings.append(Finding(self._name, "ocr-unsure", said))
        if self._troubles:
            said = _few([f"{page}: {reason}" for page, reason in self._troubles.items()])
            findings.append(Finding(self._name, "ocr-failed", f"not read: page {said}; look at the scan"))
        if self._wanted:
            said = f"read with another language's pack: {_few(list(self._wanted.values()))}"
            command = install_command(self._wanted)
            findings.append(Finding(self._name, "ocr-missing", f"{said}; run `{command}` and ingest again"))
        return findings

    def _best(self, image: Image, dpi: int | None) -> Recognised | None:
        """The surest of a few readings, cheapest first: as expected, upright and by script, by trial of all scripts."""
        image, scale = enlarged(image)
        dpi = round(dpi * scale) if dpi else None
        best: Recognised | None = None
        for language, upright in self._attempts(image):
            try:
                found = self._recognise(upright, language, dpi)
            except ReadingError:
                if best is None:
                    raise
                break
            best = _surer(best, found)
            if best is found and found.confidence >= _SURE and found.letters >= _LEAST_LETTERS:
                return self._refined(upright, found, dpi)
        if best is None or best.confidence < _NOISE:
            self._refuse_unknown_script(image)
        return best

    def _attempts(self, image: Image) -> Iterator[tuple[str, Image]]:
        expected = [code for code in dict.fromkeys((self._settled, self._hint)) if code and self._can(code)]
        for language in expected:
            yield language, image
        layout = self._tesseract.layout(image)
        upright = image.rotate(-layout.turn, expand=True) if layout and layout.turn else image
        by_script = self._by_script(layout)
        tried = set(expected) if upright is image else set()
        for language in (*expected, *by_script):
            if language not in tried:
                tried.add(language)
                yield language, upright
        if self._trials < _MOST_TRIALS:
            self._trials += 1
            likeliest = self._by_trial(upright)
            if likeliest and likeliest not in tried:
                yield likeliest, upright
            if likeliest and upright is not image:  # the turn may be what was wrong
                yield likeliest, image

    def _can(self, language: str) -> bool:
        packs = self._languages.packs(language, self._installed)
        if not packs and (known := self._languages.languages.get(language)):
            self._wanted.setdefault(known.packs[0], language)
        return bool(packs)

    def _by_script(self, layout: Layout | None) -> list[str]:
        """A language to begin with; two where scripts share their characters, as Chinese and Japanese."""
        if layout is None:
            return []
        can = [
            code for code in self._languages.of_script(layout.script) if self._languages.packs(code, self._installed)
        ]
        return can[:2] if len({self._languages.languages[code].scripts[0] for code in can}) > 1 else can[:1]

    def _by_trial(self, image: Image) -> str | None:
        """The language whose script reads the middle of the page best."""
        height = max(_SHORTEST_SIDE, min(image.height, _TRIAL_PIXELS // image.width))
        top = (image.height - height) // 2
        middle = image.crop((0, top, image.width, top + height))
        best: Recognised | None = None
        for language in self._languages.one_of_each_script(self._installed):
            best = _surer(best, self._recognise(middle, language, None))
        return best.language if best else None

    def _recognise(self, image: Image, language: str, dpi: int | None) -> Recognised:
        packs = self._languages.packs(language, self._installed)
        lines = self._tesseract.read(image, packs, dpi)
        if _LATIN_PACK in packs[1:] and any(is_doubtful(word) for line in lines for word in line.words):
            own = [pack for pack in packs if pack != _LATIN_PACK]
            lines = without_false_latin(lines, self._tesseract.read(image, own, dpi))
        # Noise included: what a wrong pack is sure of, once its worst words are gone, looks well read.
        mean = mean_confidence(word for line in lines for word in line.words)
        return Recognised(tuple(lines), language, mean, image.width, image.height, image)

    def _refined(self, image: Image, found: Recognised, dpi: int | None) -> Recognised:
        """Read again with the pack of the language that the words are in, and larger when the type is small."""
        language = self._identified(found)
        if language != found.language and self._can(language):
            again = self._recognise(image, language, dpi)
            if again.confidence >= found.confidence - _TIE:
                found = again
        if 0 < found.type_size < _SMALL_TYPE:
            image, scale = scaled(image, min(LARGEST_SCALE, _GOOD_TYPE / found.type_size))
            again = self._recognise(image, found.language, round(dpi * scale) if dpi else None)
            if again.confidence >= found.confidence:
                found = again
        return found

    def _looked_at_twice(self, found: Recognised) -> Recognised:
        if found.image is None:
            return found
        packs = self._languages.packs(found.language, self._installed)
        lines = without_noise(second_look(self._tesseract, found.image, found.lines, packs))
        if found.language == "ar":  # its digits are read by the pack of Persian
            lines = [_with_arabic_digits(line) for line in lines]
        return replace(found, lines=tuple(lines), image=None)

    def _identified(self, found: Recognised) -> str:
        from ingest.languages import identify

        said = identify(found.text)
        known = said.language in self._languages.languages
        return said.language if known and said.confidence >= _IDENTIFIED else found.language

    def _refuse_unknown_script(self, image: Image) -> None:
        if not has_lines(image):  # script detection is as sure of noise as of writing
            return
        layout = self._tesseract.layout(image)
        codes = self._languages.of_script(layout.script) if layout else []
        if layout and layout.confidence >= _SURE_SCRIPT and codes and not self._by_script(layout):
            packs = self._languages.languages[codes[0]].packs
            raise self._missing(packs[:1], f"no Tesseract pack for {layout.script} writing is installed")

    def _missing(self, packs: Sequence[str], reason: str) -> DocumentError:
        return DocumentError("ocr-missing", f"{self._name}: a scan, and {reason}; run `{install_command(packs)}`")

    def _unsure_numbers(self) -> Iterator[str]:
        for page, found in self._read.items():
            for line in found.lines:
                for word in line.words:
                    if word.confidence < _UNSURE_NUMBER and any(char.isdigit() for char in word.text):
                        yield f"“{word.text}” on page {page}"


def _surer(best: Recognised | None, found: Recognised) -> Recognised:
    """The one with the higher confidence; a few sure characters do not outweigh a page of good ones."""
    if best is None:
        return found
    few, many = sorted((best, found), key=lambda one: one.letters)
    if few.letters < many.letters / 3 and many.confidence >= _NOISE:
        return many
    return found if found.confidence > best.confidence else best


def _with_arabic_digits(line: WordLine) -> WordLine:
    return replace(line, words=tuple(replace(word, text=word.text.translate(_ARABIC_DIGITS)) for word in line.words))


def _few(items: list[str]) -> str:
    return ", ".join(items[:5]) + (f" and {len(items) - 5} more" if len(items) > 5 else "")
