"""What comes from documents, models and agents reaches the page as text, never as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from app.answers import Citation, Sentence
from app.ui import markup
from app.ui.wording import words_for

WORDS = words_for("en")
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class Elements(HTMLParser):
    """The elements of a piece of HTML, and the text inside ``mark``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked = ""
        self.text = ""
        self._inside_mark = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside_mark = self._inside_mark or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._inside_mark = self._inside_mark and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._inside_mark else ""

    def one(self, tag: str) -> dict[str, str | None]:
        found = [attributes for name, attributes in self.tags if name == tag]
        assert len(found) == 1, (tag, self.tags)
        return found[0]


def citation(passage: str, start: int, end: int, passage_start: int = 0, **values: object) -> Citation:
    quote = passage[start - passage_start : end - passage_start]
    fields: dict[str, object] = {
        "n": 1,
        "document": "d",
        "title": "Refunds",
        "version": 3,
        "page": 2,
        "language": "en",
        "quote": quote,
        "start": start,
        "end": end,
        "uri": "refunds.md",
        "passage": passage,
        "passage_start": passage_start,
    }
    return Citation.model_validate(fields | values)


def test_the_quoted_words_are_marked_where_the_offsets_say() -> None:
    passage = "Fee: 5. Late fee: 5. Refund: 5."
    html = markup.marked_passage(citation(passage, 118, 119, passage_start=100))
    assert html == "Fee: 5. Late fee: <mark>5</mark>. Refund: 5."


def test_offsets_outside_the_passage_fall_back_on_the_words() -> None:
    moved = citation("Within 30 days.", 900, 907, quote="30 days")
    assert markup.marked_passage(moved) == "Within <mark>30 days</mark>."
    gone = citation("Something else.", 900, 907, quote="30 days")
    assert markup.marked_passage(gone) == "<mark>30 days</mark>"


def test_offsets_count_characters_of_the_passage_not_of_its_html() -> None:
    passage = "A & B < C: 30 Tage"
    html = markup.marked_passage(citation(passage, 11, 18))
    assert html == "A &amp; B &lt; C: <mark>30 Tage</mark>"


def test_nothing_of_a_document_becomes_an_element() -> None:
    evil = citation(EVIL, 0, 8, title=EVIL, heading=(EVIL,), uri=EVIL, document=EVIL, language='"><b>')
    panel = Elements(markup.citation_panel(evil, 7, WORDS))
    assert {tag for tag, _ in panel.tags} <= {
        "aside", "div", "span", "button", "p", "ol", "ul", "li", "blockquote", "mark",
    }  # fmt: skip
    assert not any(name.startswith("on") for _, attributes in panel.tags for name in attributes)
    assert panel.marked == "<script>"


def test_nothing_of_an_answer_or_question_becomes_an_element() -> None:
    sentence = Sentence(text=EVIL, supported=True, score=1, citations=(1,), reasons=(EVIL,))
    pieces = (
        markup.sentences_html([sentence], [citation(EVIL, 0, 8, title=EVIL)], "en", 7, WORDS),
        markup.question_html(EVIL, WORDS),
        markup.plain_html(EVIL, "en"),
        markup.withheld_html([sentence], "en", WORDS),
        markup.badges_html("en", 0.5, EVIL, WORDS),
        markup.verdict_html("abstain", [EVIL], WORDS),
        markup.callout_html("note", EVIL, EVIL),
    )
    for html in pieces:
        assert not {"script", "img"} & {tag for tag, _ in Elements(html).tags}, html


def test_every_chip_names_its_source_and_opens_its_own_panel() -> None:
    source = citation("Within 30 days.", 7, 14)
    sentence = Sentence(text="30 days.", supported=True, score=1, citations=(1, 1))
    chip = Elements(markup.sentences_html([sentence], [source], "en", 7, WORDS)).one("button")
    panel = Elements(markup.citation_panel(source, 7, WORDS))
    assert chip["aria-label"] == "Source 1: Refunds, page 2"
    assert chip["popovertarget"] == panel.one("aside")["id"]
    other = Elements(markup.citation_panel(source, 8, WORDS))
    assert other.one("aside")["id"] != panel.one("aside")["id"]


def test_a_withheld_sentence_is_no_part_of_the_answer() -> None:
    said = Sentence(text="Said.", supported=True, score=1)
    withheld = Sentence(text="Promised.", supported=False, score=0.1, reasons=("unsupported",))
    assert "Promised" not in markup.sentences_html([said, withheld], [], "en", 1, WORDS)
    note = Elements(markup.withheld_html([withheld], "en", WORDS))
    assert note.text.startswith("1 sentence withheld: not in the documents")
    assert markup.withheld_html([], "en", WORDS) == ""


def test_text_is_set_in_the_direction_of_its_language() -> None:
    for language, expected in (
        ("ar", "rtl"),
        ("fa", "rtl"),
        ("ur", "rtl"),
        ("he", "rtl"),
        ("de", "ltr"),
        ("ja", "ltr"),
    ):
        prose = Elements(markup.plain_html("x", language)).one("div")
        assert (prose["lang"], prose["dir"]) == (language, expected)
    quoted = citation("يسري الضمان", 0, 4, language="ar")
    assert Elements(markup.citation_panel(quoted, 1, WORDS)).one("blockquote")["dir"] == "rtl"
