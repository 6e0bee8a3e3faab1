"""One generated document, before it has a format."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from eval.corpus.values import Values
from eval.corpus.wording import LANGUAGES, Topic, Wording, products, wording

FORMATS = ("md", "html", "docx", "pdf", "xlsx", "csv", "eml", "txt", "pptx")
_NOT_IN_PDF = frozenset({"pl", "ar", "hi", "ja", "zh", "th"})  # the standard fonts hold Western European letters only
_FIRST_EFFECTIVE = date(2024, 1, 1)
_EFFECTIVE_DAYS = 700


class Row(NamedTuple):
    """Of a table of fees; also its header."""

    place: str
    service: str
    fee: str
    duration: str


@dataclass(frozen=True, slots=True)
class PageSection:
    """What stands under one heading."""

    heading: str
    paragraphs: tuple[tuple[str, ...], ...]  # sentences of each
    lead_in: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every sentence under the heading, in order."""
        said = [sentence for paragraph in self.paragraphs for sentence in paragraph]
        return (*said, *([self.lead_in] if self.lead_in else []), *self.items)


@dataclass(frozen=True, slots=True)
class Page:
    """A support policy of half a page to a page."""

    number: int
    language: str
    suffix: str  # one of FORMATS
    name: str  # of its file, without number and suffix
    title: str
    header: Row
    joiner: str
    sections: tuple[PageSection, ...]
    effective_from: date | None = None

    def joined(self, sentences: tuple[str, ...]) -> str:
        """A paragraph's sentences as one text."""
        return self.joiner.join(sentences)


def compose(number: int, seed: int = 0, revision: int = 0) -> Page:
    """The page with this number, the same for the same arguments whatever else was made.

    :param revision: above 0, one paragraph of the page says something else than in revision 0.
    """
    language = LANGUAGES[number % len(LANGUAGES)]
    words = wording(language)
    random = Random(f"{seed}:{number}")  # noqa: S311  # no secret is made of it
    name = random.choice(products())
    values = Values(words, f"{name} {1000 + number}", random)
    suffix = _suffix(number, language)
    topics = random.sample(words.topics, random.choice((3, 3, 4)))
    listed = random.randrange(len(topics)) if random.random() < 0.6 else None
    tabled = random.randrange(len(topics)) if random.random() < 0.4 else None
    sections = []
    for at, topic in enumerate(topics):
        section = PageSection(values.fill(topic.heading), _paragraphs(topic, values, random))
        if at == listed:
            items = tuple(values.fill(item) for item in random.sample(words.items, random.choice((3, 4))))
            section = replace(section, lead_in=values.fill(words.lead_in), items=items)
        if at == tabled or suffix in ("csv", "xlsx"):
            wanted = len(section.sentences) if suffix in ("csv", "xlsx") else random.choice((3, 4, 5))
            section = replace(section, rows=tuple(Row(*values.row()) for _ in range(wanted)))
        sections.append(section)
    effective = None
    if random.random() < 0.5:
        effective = _FIRST_EFFECTIVE + timedelta(days=random.randrange(_EFFECTIVE_DAYS))
    title, header = values.fill(words.title), Row(*words.columns)
    page = Page(number, language, suffix, name.lower(), title, header, words.joiner, tuple(sections), effective)
    return _revised(page, words, topics, f"{seed}:{number}:{revision}") if revision else page


def _suffix(number: int, language: str) -> str:
    """Neighbours differ in format, and each language meets each format in turn."""
    suffix = FORMATS[(number + number // len(LANGUAGES)) % len(FORMATS)]
    return "docx" if suffix == "pdf" and language in _NOT_IN_PDF else suffix


def _paragraphs(topic: Topic, values: Values, random: Random) -> tuple[tuple[str, ...], ...]:
    chosen = random.sample(topic.sentences, random.choice((4, 4, 5)))
    said = tuple(values.fill(sentence) for sentence in chosen)
    return said[:2], said[2:]


def _revised(page: Page, words: Wording, topics: list[Topic], key: str) -> Page:
    random = Random(key)  # noqa: S311  # no secret is made of it
    product = f"{page.name.capitalize()} {1000 + page.number}"
    values = Values(words, product, random)
    at = random.randrange(len(page.sections))
    section = page.sections[at]
    kept, (_, *others) = topics[at].sentences, section.paragraphs
    said = tuple(values.fill(sentence) for sentence in random.sample(kept, 2))
    changed = replace(section, paragraphs=(said, *others))
    return replace(page, sections=(*page.sections[:at], changed, *page.sections[at + 1 :]))
