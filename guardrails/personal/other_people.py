"""Nobody's personal data in an answer that was neither asked with nor cited, and nobody else's where it is cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guardrails.guards import DraftSentence
from guardrails.identifiers import identifiers
from guardrails.personal.find import find_personal
from guardrails.personal.placeholders import lookalikes
from guardrails.personal.plain import plain
from guardrails.personal.policy import PersonalPolicy
from guardrails.personal.spans import (
    ADDRESS,
    BIRTH_DATE,
    CARD,
    EMAIL,
    IBAN,
    NATIONAL_ID,
    NUMBER,
    PERSON,
    PHONE,
    PersonalSpan,
)
from guardrails.personal.words import name_key, words_of
from guardrails.sounds import is_heard
from guardrails.support import PassageLike
from guardrails.verdicts import Verdict

CODE = "personal-data-not-in-evidence"
# A name beside one of these is somebody's case; beside a telephone number or an e-mail address alone it is a contact.
_PRIVATE = frozenset({ADDRESS, BIRTH_DATE, CARD, IBAN, NATIONAL_ID, NUMBER})
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST_STEM = 3  # letters
_ENDING = 3  # letters in which cases of a name differ: Annę Nowakową, Anna Nowakowa


class OtherPeople:
    """Withholds a sentence with personal data from nowhere."""

    name = "other-people"

    def __init__(self, policy: PersonalPolicy) -> None:
        self._policy = policy

    def check(self, sentence: DraftSentence) -> Sequence[Verdict]:
        """One verdict for each piece of personal data that stands neither in what was asked nor in what is cited.

        What a document says of some person's case counts as cited only where it is the asker's own.
        """
        spans = find_personal(sentence.text, sentence.language, self._policy)
        known = self._known(sentence) if spans else ""
        found = [
            Verdict(self.name, CODE, False, span.score, f"{span.type} that is neither in the question nor cited")
            for span in spans
            if not self._is_given(span, known, sentence)
        ]
        if any(lookalikes(sentence.text)):  # a model counted on: nobody was given this placeholder
            found.append(Verdict(self.name, CODE, False, 1.0, "a placeholder that stands for nobody"))
        return found

    def _known(self, sentence: DraftSentence) -> str:
        return " ".join([sentence.asked, *(self._of_nobody(passage) for passage in sentence.cited)])

    def _is_given(self, span: PersonalSpan, known: str, sentence: DraftSentence) -> bool:
        value = sentence.text[span.start : span.end]
        return _stands_in(value, span, known) or (span.type == PERSON and self._is_heard(value, sentence))

    def _is_heard(self, name: str, sentence: DraftSentence) -> bool:
        """Whether it was asked with, or is cited beside no number and nothing private, in another writing.

        There the recognisers may not have known that a line names a person, so that it is taken for nobody's case.
        """
        lines = [(unit, passage.language) for passage in sentence.cited for unit in self._numberless(passage)]
        open_to_all = [line for line, language in lines if self._types(line, language).isdisjoint(_PRIVATE)]
        return is_heard(name, " ".join([sentence.asked, *open_to_all]))

    def _numberless(self, passage: PassageLike) -> Sequence[str]:
        if _numbers(passage.text.partition("\n")[0]):
            return ()
        return [unit for unit in passage.units if not _numbers(self._without_contacts(unit, passage.language))]

    def _of_nobody(self, passage: PassageLike) -> str:
        """The sentences of a passage that are about no person's case; all of an earlier ticket of the asker's own.

        A document with a number for its name that speaks of a person is that person's case from end to end.
        """
        if getattr(passage, "is_history", False):
            return passage.text
        title = passage.text.partition("\n")[0]
        if _numbers(title) and any(PERSON in self._types(unit, passage.language) for unit in passage.units):
            return ""
        left = [unit for unit in passage.units if not self._is_a_case(unit, passage.language)]
        return passage.text if len(left) == len(passage.units) else "\n".join([title, *left])

    def _is_a_case(self, line: str, language: str) -> bool:
        types = self._types(line, language)
        if PERSON not in types:
            return False
        return not types.isdisjoint(_PRIVATE) or bool(_numbers(self._without_contacts(line, language)))

    def _types(self, line: str, language: str) -> set[str]:
        return {span.type for span in find_personal(line, language, self._policy)}

    def _without_contacts(self, line: str, language: str) -> str:
        """The line without telephone numbers and addresses, whose digits number no case."""
        for span in reversed(find_personal(line, language, self._policy)):
            if span.type in (PHONE, EMAIL):
                line = line[: span.start] + " " + line[span.end :]
        return line


def _numbers(text: str) -> list[str]:
    """The numbers of cases, orders and the like in a text; a year is none."""
    return [run for run in identifiers(text) if not _YEAR.fullmatch(run)]


def _stands_in(value: str, span: PersonalSpan, known: str) -> bool:
    if span.type == PERSON:
        said = {name_key(word.text) for word in words_of(known)}
        names = [name_key(word.text) for word in words_of(value) if len(word.text) > 1]
        return all(any(_one_name(name, other) for other in said) for name in names) or _bare(value) in _bare(known)
    return _bare(value) in _bare(known)


def _one_name(name: str, other: str) -> bool:
    """Whether two words are one name, perhaps in two cases."""
    stem = max(_LEAST_STEM, len(name) - _ENDING)
    return name == other or (
        len(other) >= _LEAST_STEM and name[:stem] == other[:stem] and abs(len(name) - len(other)) <= _ENDING
    )


def _bare(text: str) -> str:
    return "".join(character for character in plain(text).casefold() if character.isalnum())
