"""The style file: every language greets, closes and promises no time; a mistake is reported with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.desk.drafts.style import STYLE_PATH, Style, load_style, open_style
from app.errors import AppUserError
from guardrails.commitments.guard import CommitmentsGuard
from guardrails.policy import load_policy
from tests.guardrails.drafts import drafted

SHIPPED = STYLE_PATH.read_text(encoding="utf-8")
ALL = ("en", "de", "fr", "es", "pt", "it", "pl", "ar", "hi", "ja", "zh", "th")


def changed(folder: Path, old: str, new: str) -> Path:
    path = folder / "style.yaml"
    assert old in SHIPPED
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_language_has_its_own_words() -> None:
    style = load_style()
    assert set(ALL) <= style.languages.keys()
    for words in (style.come_back, lambda code: style.closing(code, "formal")):
        assert len({words(code) for code in style.languages}) == len(style.languages)


@pytest.mark.parametrize("language", ALL)
def test_the_frame_promises_nothing_but_an_answer(language: str) -> None:
    guard, style = CommitmentsGuard(load_policy().commitments), load_style()
    lines = [style.come_back(language)]
    for manner in ("formal", "informal"):
        lines += [style.greeting(language, manner), *style.closing(language, manner).splitlines()]
    promised = {verdict.reason.split(" (")[0] for line in lines for verdict in guard.check(drafted(line, "", language))}
    assert promised <= {"it promises to get in touch"}


def test_a_name_is_put_in_as_it_stands_and_on_one_line() -> None:
    style = load_style()
    assert style.greeting("de", "formal", "Katrin\n {name} ") == "Guten Tag Katrin {name},"
    assert style.greeting("ja", "formal", "小野寺 美咲") == "小野寺 美咲 様"
    assert style.greeting("pt-BR", "informal") == "Olá,"
    assert style.greeting("xx", "formal", "") == "Dear customer,"


def test_the_signature_has_the_company_where_it_has_a_name() -> None:
    assert load_style().closing("en", "formal") == "Kind regards\nCustomer service"
    named = Style.model_validate({**load_style().model_dump(), "company": "Merova"})
    assert named.closing("en", "informal") == "All the best\nCustomer service\nMerova"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("formality: formal", "formality: stiff", ":8: formality:"),
        ("company:", "compny:", ":4: compny: this key is not known"),
        ('named: "Dear {name},"', 'named: "Dear friend,"', "named must contain {name}"),
        ("get back to you.", "get back to you within 2 hours.", "no number or time"),
        ("{team}\n", "{phone}\n", "signature may contain"),
    ],
)
def test_a_mistake_names_the_line_and_what_to_do(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(AppUserError, match=r"style\.yaml:") as error:
        open_style(path)
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_change_holds_from_the_next_draft_on_and_a_mistake_changes_nothing(tmp_path: Path) -> None:
    path = changed(tmp_path, "formality: formal", "formality: informal")
    file = open_style(path)
    assert file.current().formality == "informal"
    for text, expected in ((SHIPPED, "formal"), ("company: 7\n", "formal")):
        path.write_text(text, encoding="utf-8")
        later = path.stat().st_mtime_ns + 1_000_000_000
        os.utime(path, ns=(later, later))
        assert file.current().formality == expected
