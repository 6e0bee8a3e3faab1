"""What is put away comes back, the same value always under the same placeholder."""

from __future__ import annotations

import threading

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrails.personal.placeholders import replaced_in_stream
from guardrails.personal.vault import Vault

TEXT = "Hallo, mein Name ist Anna Bauer, Tel. +49 170 1234567, a.bauer@example.org."
PIECES = [
    "Anna Bauer",
    "mein Name ist ",
    "<PERSON_1>",
    "PERSON_1",
    "4111 1111 1111 1111",
    "<",
    "&lt;",
    "a@b.de",
    " ",
    "\n",
]
LANGUAGES = st.sampled_from(["en", "de", "ja", "ar", "und"])
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=8).map("".join)


@settings(deadline=None, max_examples=25)
@given(st.lists(texts, max_size=3), LANGUAGES)
@example(["mein Name ist anna bauer", "Anna Bauer <PERSON_1> <TEXT_1>"], "de")
def test_what_was_sealed_is_opened_to_the_letter(given_texts: list[str], language: str) -> None:
    vault = Vault()
    sealed = [vault.seal(text, language) for text in given_texts]
    again = Vault(vault.entries)  # as another process has it from the database
    assert [again.unseal(text) for text in sealed] == given_texts


def test_nothing_personal_is_left_and_all_comes_back() -> None:
    vault = Vault()
    masked = vault.mask(TEXT, "de")
    assert masked == "Hallo, mein Name ist <PERSON_1>, Tel. <PHONE_1>, <EMAIL_1>."
    assert vault.restore(masked) == TEXT


def test_the_same_value_in_another_form_has_the_same_placeholder() -> None:
    vault = Vault()
    vault.mask(f"{TEXT} DE89 3704 0044 0532 0130 00", "de")
    assert vault.mask("ANNA BAUER zahlt von DE89370400440532013000", "de") == "<PERSON_1> zahlt von <IBAN_1>"
    assert vault.mask("Mein Name ist Otto Kern", "de") == "Mein Name ist <PERSON_2>"


def test_a_value_once_known_is_masked_with_nothing_around_it_that_tells() -> None:
    vault = Vault()
    assert "Zörbik" in vault.mask("Zörbik wartet", "de")
    vault.mask("Mein Name ist Zörbik", "de")
    assert vault.mask("Zörbik wartet", "de") == "<PERSON_1> wartet"


@pytest.mark.parametrize(
    "written",
    [
        *("<PERSON_1>", "<person_1>", "PERSON_1", "&lt;PERSON_1&gt;", "〈PERSON_1〉", "< PERSON_1 >", "[PERSON_1]"),
        *("\\<PERSON\\_1\\>", "<PERSON 1>", "＜PERSON＿1＞", "「PERSON_1」", "<Person-1>"),
    ],
)
def test_what_models_make_of_placeholders_is_understood(written: str) -> None:
    vault = Vault()
    vault.mask(TEXT, "de")
    assert vault.restore(f"Guten Tag {written}, danke") == "Guten Tag Anna Bauer, danke"


def test_words_that_are_no_placeholder_stay() -> None:
    vault = Vault()
    vault.mask(TEXT, "de")
    text = "Person 1 of 2, <PERSON_9>, a card 1"
    assert vault.restore(text) == text


@given(st.lists(st.integers(1, 9), max_size=30))
@settings(deadline=None, max_examples=25)
def test_a_stream_is_restored_wherever_it_is_cut(cuts: list[int]) -> None:
    vault = Vault()
    vault.mask(TEXT, "de")
    masked = "Sehr geehrte <PERSON_1>, <EMAIL_1> und &lt;PHONE_1&gt; stimmen. 5 < 6 [1]"
    parts, at = [], 0
    for cut in [*cuts, len(masked)]:
        parts.append(masked[at : at + cut])
        at += cut
    assert "".join(replaced_in_stream(parts, vault.restore)) == vault.restore(masked)


def test_threads_agree_on_the_numbers() -> None:
    vault = Vault()
    names = ["Anna Bauer", "Otto Kern", "Ida Wolf"] * 8
    threads = [threading.Thread(target=vault.mask, args=(f"Mein Name ist {name}", "de")) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((entry.value, entry.form) for entry in vault.entries) == [(name, 1) for name in sorted(set(names))]
