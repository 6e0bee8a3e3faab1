"""What comes from documents, models and agents reaches the page as text, never as HTML."""

from __future__ import annotations

from html.parser import HTMLParser

from app.answers import Citation, Contradiction, Sentence
from app.retrieval.explaining import Part
from app.ui import markup
from app.ui.explanation_markup import explanation_html
from app.ui.source_markup import citation_panel, marked_passage
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
    html = marked_passage(citation(passage, 118, 119, passage_start=100))
    assert html == "Fee: 5. Late fee: <mark>5</mark>. Refund: 5."


def test_offsets_outside_the_passage_fall_back_on_the_words() -> None:
    moved = citation("Within 30 days.", 900, 907, quote="30 days")
    assert marked_passage(moved) == "Within <mark>30 days</mark>."
    gone = citation("Something else.", 900, 907, quote="30 days")
    assert marked_passage(gone) == "<mark>30 days</mark>"


def test_offsets_count_characters_of_the_passage_not_of_its_html() -> None:
    passage = "A & B < C: 30 Tage"
    html = marked_passage(citation(passage, 11, 18))
    assert html == "A &amp; B &lt; C: <mark>30 Tage</mark>"


def test_nothing_of_a_document_becomes_an_element() -> None:
    evil = citation(EVIL, 0, 8, title=EVIL, heading=(EVIL,), uri=EVIL, document=EVIL, language='"><b>')
    panel = Elements(citation_panel(evil, 7, WORDS))
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
    panel = Elements(citation_panel(source, 7, WORDS))
    assert chip["aria-label"] == "Source 1: Refunds, page 2"
    assert chip["popovertarget"] == panel.one("aside")["id"]
    other = Elements(citation_panel(source, 8, WORDS))
    assert other.one("aside")["id"] != panel.one("aside")["id"]


def test_a_withheld_sentence_is_no_part_of_the_answer() -> None:
    said = Sentence(text="Said.", supported=True, score=1)
    withheld = Sentence(text="Promised.", supported=False, score=0.1, reasons=("unsupported",))
    assert "Promised" not in markup.sentences_html([said, withheld], [], "en", 1, WORDS)
    note = Elements(markup.withheld_html([withheld], "en", WORDS))
    assert note.text.startswith("1 sentence withheld: not in the documents")
    assert markup.withheld_html([], "en", WORDS) == ""


def test_a_sentence_that_was_written_anew_shows_what_was_refused_and_why() -> None:
    first = Sentence(text="<b>9,60 €</b>", supported=False, score=0.1, reasons=("9,60 € is not in <i>it</i>",))
    second = Sentence(text="6,90 € & mehr.", supported=True, score=0.9, citations=(1,), instead_of=first)
    note = Elements(markup.repaired_html([second], "de", WORDS))
    assert note.text.startswith("Nach der Prüfung neu formuliert (1): 9,60 € is not in <i>it</i>")
    assert note.text.index("<b>9,60 €</b>") < note.text.index("6,90 € & mehr.")
    again = Sentence(text="9,70 €", supported=False, score=0.1, reasons=("nor is this",), instead_of=first)
    assert markup.repaired_html([again], "de", WORDS) == ""
    withheld = Elements(markup.withheld_html([again], "de", WORDS))
    assert withheld.text.index("<b>9,60 €</b>") < withheld.text.index("9,70 €")


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
    assert Elements(citation_panel(quoted, 1, WORDS)).one("blockquote")["dir"] == "rtl"


def test_an_earlier_ticket_says_so_on_its_chip_and_in_its_panel_and_a_policy_does_not() -> None:
    ticket = citation("We promised 18 months.", 0, 11, history=True)
    sentence = Sentence(text="18 months.", supported=True, score=1, citations=(1,))
    shown = Elements(markup.sentences_html([sentence], [ticket], "en", 7, WORDS))
    assert "1 Earlier ticket" in shown.text
    assert shown.one("button")["aria-label"] == "Source 1: Refunds, page 2, earlier ticket"
    assert "not a rule" in Elements(citation_panel(ticket, 7, WORDS)).text
    policy = citation("Within 30 days.", 7, 14)
    for html in (markup.sentences_html([sentence], [policy], "en", 7, WORDS), citation_panel(policy, 7, WORDS)):
        assert "ticket" not in html.lower()
        assert "pd-history" not in html


def test_the_explanation_has_every_part_in_its_words_and_a_bar_as_long_as_it_counts() -> None:
    parts = (
        Part("tokens", "how well its words match", 0.8, 0.5),
        Part("identifiers", f"it names {EVIL}", 0.4, 0.25),
        Part("own-language", "it is in the question's own language", 1.0, -0.2),
    )
    html = explanation_html(parts, WORDS)
    shown = Elements(html)
    assert not {"script", "img"} & {tag for tag, _ in shown.tags}
    assert all(part.said in shown.text for part in parts)
    for line in ("+0.400 = 0.800 × 0.500", "+0.100 = 0.400 × 0.250", "−0.200 = 1.000 × −0.200", "0.300 in all"):
        assert line in shown.text
    bars = [attributes["style"] for _, attributes in shown.tags if "style" in attributes]
    assert bars == ["width:100%", "width:25%", "width:50%"]
    assert [attributes["class"] for tag, attributes in shown.tags if tag == "li"] == ["pd-for", "pd-for", "pd-against"]


def test_an_answer_that_was_kept_without_the_parts_of_its_scores_explains_nothing() -> None:
    old = citation("Within 30 days.", 7, 14).model_dump(exclude={"parts"})
    assert "details" not in {tag for tag, _ in Elements(citation_panel(Citation.model_validate(old), 1, WORDS)).tags}
    new = Citation.model_validate(old | {"parts": [Part("chunk", "how near", 0.5, 0.2)]})
    kept = Citation.model_validate_json(new.model_dump_json())
    assert "details" in {tag for tag, _ in Elements(citation_panel(kept, 1, WORDS)).tags}


def test_both_sides_of_a_contradiction_are_quoted_in_their_own_direction_and_open_their_passages() -> None:
    first = citation("A guarantee of 12 months.", 0, 25)
    second = citation("الضمان 6 أشهر", 0, 13, n=4, language="ar", title=EVIL)
    found = Contradiction(says=("12 months", f"6 {EVIL}"), first=first, second=second)
    shown = Elements(markup.contradictions_html([found], 7, WORDS))
    assert not {"script", "img"} & {tag for tag, _ in shown.tags}
    assert [attributes["dir"] for tag, attributes in shown.tags if tag == "cite"] == ["ltr", "rtl"]
    opened = [attributes["popovertarget"] for tag, attributes in shown.tags if tag == "button"]
    assert opened == [Elements(citation_panel(side, 7, WORDS)).one("aside")["id"] for side in (first, second)]
    assert f"They differ in: 12 months / 6 {EVIL}" in shown.text
    assert markup.contradictions_html([], 7, WORDS) == ""


def test_what_was_refused_or_not_checked_does_not_read_as_not_found() -> None:
    reasons = ("no-evidence", "injection", "guard-failed")
    headings = {reason: markup.verdict_html("abstain", ["no-model", reason], WORDS) for reason in reasons}
    assert "Not found in the documents" in headings.pop("no-evidence")
    for reason, html in headings.items():
        assert "Not found" not in html
        assert WORDS(f"action.abstain.{reason}") in html
        assert WORDS(f"action.abstain.{reason}.text") in html


def test_what_limits_a_cited_sentence_is_shown_in_its_own_direction_and_opens_its_passage() -> None:
    limited = citation("يمكن الإرجاع", 0, 12, n=2, language="ar", title=EVIL, limited_by=f"لا يشمل {EVIL}")
    shown = Elements(markup.limits_html([citation("Within 30 days.", 7, 14), limited], 7, WORDS))
    assert not {"script", "img"} & {tag for tag, _ in shown.tags}
    assert [attributes["dir"] for tag, attributes in shown.tags if tag == "cite"] == ["rtl"]
    assert shown.one("button")["popovertarget"] == Elements(citation_panel(limited, 7, WORDS)).one("aside")["id"]
    assert f"لا يشمل {EVIL}" in shown.text
    assert markup.limits_html([citation("Within 30 days.", 7, 14)], 7, WORDS) == ""
