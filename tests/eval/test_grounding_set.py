"""The grounding set: pairs of a supported sentence and its falsification, as its README says they are."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline

from eval.json_lines import read_data

FOLDER = Path(__file__).resolve().parents[2] / "eval" / "sets" / "grounding"
LANGUAGES = ("ar", "de", "en", "es", "fr", "hi", "ja", "pl")
EVIDENCE_LANGUAGES = {*LANGUAGES, "it", "pt", "th", "zh"}
KINDS = {
    "negation", "modality", "condition-dropped", "exception-dropped", "quantity", "currency-or-unit",
    "date-or-duration", "entity-swapped", "comparison-turned", "subject-swapped", "overgeneralised",
    "not-mentioned", "other-passage-mixed",
}  # fmt: skip
SCRIPTS = {  # letters that a text in the language must have; Latin otherwise
    "ar": "[\u0600-\u06ff]", "hi": "[\u0900-\u097f]", "ja": "[\u3040-\u30ff]", "th": "[\u0e00-\u0e7f]",
    "zh": "[\u4e00-\u9fff]",
}  # fmt: skip
LENGTHS = {"ja": (18, 80)}  # in characters; of the other languages in words
WORDS = (7, 28)


class Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z]{2}-\d{3}[ab]$")
    language: str
    question: str = Field(min_length=8)
    passages: tuple[str, ...] = Field(min_length=1, max_length=3)
    passage_languages: tuple[str, ...]
    sentence: str
    supported: bool
    kind: str
    split: Literal["fit", "held"]

    @property
    def pair(self) -> str:
        return self.id[:-1]


Pair = tuple[Line, Line]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    found: list[Pair] = []
    for language in LANGUAGES:
        lines = read_data(FOLDER / f"{language}.jsonl", Line)
        assert {line.language for line in lines} == {language}
        for name, group in groupby(lines, key=lambda line: line.pair):
            supported, unsupported = group
            assert (supported.id, unsupported.id) == (f"{name}a", f"{name}b")
            found.append((supported, unsupported))
    return found


def test_there_is_no_file_of_another_language() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.jsonl")) == list(LANGUAGES)


def test_two_sentences_share_everything_but_their_words_and_whether_they_are_supported(pairs: list[Pair]) -> None:
    for supported, unsupported in pairs:
        assert supported.supported
        assert not unsupported.supported
        varied = {"id", "sentence", "supported"}
        assert supported.model_dump(exclude=varied) == unsupported.model_dump(exclude=varied)


def test_every_language_has_sixty_pairs_and_four_of_each_kind(pairs: list[Pair]) -> None:
    languages = Counter(pair[0].language for pair in pairs)
    assert min(languages[language] for language in LANGUAGES) >= 60
    assert {pair[0].kind for pair in pairs} == KINDS
    kinds = Counter((pair[0].language, pair[0].kind) for pair in pairs)
    assert min(kinds[language, kind] for language in LANGUAGES for kind in KINDS) >= 4


def test_pairs_are_numbered_without_gaps(pairs: list[Pair]) -> None:
    for language, group in groupby((pair[0] for pair in pairs), key=lambda line: line.language):
        names = [line.pair for line in group]
        assert names == [f"{language}-{number:03}" for number in range(1, len(names) + 1)]


def test_every_third_pair_is_held_out_and_no_kind_is_left_out_of_it(pairs: list[Pair]) -> None:
    for language in LANGUAGES:
        places = [place for place, pair in enumerate(in_language(pairs, language)) if pair[0].split == "held"]
        assert {after - before for before, after in pairwise(places)} == {3}
        assert places[0] < 3
    for kind in KINDS:
        splits = [pair[0].split for pair in pairs if pair[0].kind == kind]
        assert 0.25 <= splits.count("held") / len(splits) <= 0.40


def test_the_evidence_is_often_in_another_language(pairs: list[Pair]) -> None:
    for language in LANGUAGES:
        own = in_language(pairs, language)
        others = [pair for pair in own if set(pair[0].passage_languages) != {language}]
        assert 0.5 <= len(others) / len(own) <= 0.7
        assert len({each for pair in others for each in pair[0].passage_languages}) >= 10
    assert {each for pair in pairs for each in pair[0].passage_languages} == EVIDENCE_LANGUAGES


def test_texts_are_written_in_the_script_of_their_language(pairs: list[Pair]) -> None:
    for line in (line for pair in pairs for line in pair):
        assert len(line.passages) == len(line.passage_languages)
        texts = [(line.language, line.question), (line.language, line.sentence)]
        for language, text in [*texts, *zip(line.passage_languages, line.passages, strict=True)]:
            assert re.search(SCRIPTS.get(language, "[a-z]"), text), f"{line.id}: {text}"
            foreign = {other for other in SCRIPTS if other != language and (language, other) != ("ja", "zh")}
            assert not any(re.search(SCRIPTS[other], text) for other in foreign), f"{line.id}: {text}"


def test_no_text_comes_twice_and_no_sentence_is_a_copy_of_its_evidence(pairs: list[Pair]) -> None:
    for texts in (
        [line.sentence for pair in pairs for line in pair],
        [pair[0].question for pair in pairs],
        [passage for pair in pairs for passage in pair[0].passages],
    ):
        assert [text for text, times in Counter(texts).items() if times > 1] == []
    for line in (line for pair in pairs for line in pair):
        assert not any(line.sentence.rstrip(".。।") in passage for passage in line.passages), line.id
        assert not any(mark in line.sentence for mark in "[]\t\n"), line.id


def test_sentences_are_as_long_as_those_of_an_answer(pairs: list[Pair]) -> None:
    for line in (line for pair in pairs for line in pair):
        length = len(line.sentence) if line.language == "ja" else len(line.sentence.split())
        shortest, longest = LENGTHS.get(line.language, WORDS)
        assert shortest <= length <= longest, f"{line.id}: {length}"


def test_the_wording_alone_does_not_tell_which_sentence_is_supported(pairs: list[Pair]) -> None:
    for language in LANGUAGES:
        lines = [line for pair in in_language(pairs, language) for line in pair]
        labels = [line.supported for line in lines]
        by_wording = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(2, 3), min_df=2), LogisticRegression())
        guessed = cross_val_predict(
            by_wording,
            [line.sentence for line in lines],
            labels,
            groups=[line.pair for line in lines],
            cv=GroupKFold(3),
        )
        right = sum(guess == label for guess, label in zip(guessed, labels, strict=True))
        assert right / len(lines) <= 0.62, language


def in_language(pairs: list[Pair], language: str) -> list[Pair]:
    return [pair for pair in pairs if pair[0].language == language]
