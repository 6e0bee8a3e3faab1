"""The answer is in the language of the question, sentence by sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

from guardrails.answer_language_policy import AnswerLanguagePolicy
from guardrails.citations import parse_citations
from guardrails.folding import primary_language
from guardrails.guards import DraftSentence
from guardrails.tokens import stop_words
from guardrails.verdicts import Verdict

Identify = Callable[[str], tuple[str, float]]  # ISO 639-1 code and the probability that it is right

# By the first word of a letter's Unicode name. A language that is not listed is written in Latin letters.
_WRITINGS = {
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "kk", "ky", "mn", "tg"), frozenset({"CYRILLIC"})),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), frozenset({"ARABIC"})),
    **dict.fromkeys(("hi", "mr", "ne"), frozenset({"DEVANAGARI"})),
    "sr": frozenset({"CYRILLIC", "LATIN"}),
    "ja": frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    "zh": frozenset({"CJK"}),
    "ko": frozenset({"HANGUL", "CJK"}),
    "th": frozenset({"THAI"}),
    "el": frozenset({"GREEK"}),
    "he": frozenset({"HEBREW"}),
    "bn": frozenset({"BENGALI"}),
    "ta": frozenset({"TAMIL"}),
    "ka": frozenset({"GEORGIAN"}),
    "hy": frozenset({"ARMENIAN"}),
}
_LATIN = frozenset({"LATIN"})
_NEAR = [{"pt", "es", "gl", "ca"}, {"cs", "sk"}, {"uk", "ru", "bg", "be"}, {"no", "nb", "nn", "da", "sv"}]
_NEAR += [{"hr", "sr", "bs", "sl"}, {"id", "ms"}, {"nl", "af"}, {"hi", "mr", "ne"}]
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|「[^」]*」|『[^』]*』|\"[^\"]*\"|‘[^’]*’|›[^‹]*‹|`[^`]*`")
# Addresses, codes and names of products: "MX-4410", "Wi-Fi", "iPhone", "USB".
_CODE = re.compile(r"https?://\S+|\S+@\S+|[A-Za-z0-9_./-]*\d[A-Za-z0-9_./-]*|\b\w*[a-z]\w*[A-Z]\w*\b|\b[A-Z]{2,}\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_KANA = re.compile(r"[\u3041-\u3096]")


class AnswerLanguageGuard:
    """Flags a sentence only where writing or words leave no doubt; names, codes and quotations do not count.

    Code: ``wrong-language``. Not for sentences that are quoted from the documents as they stand.

    :param identify: names the language of a text.
    """

    name = "answer-language"

    def __init__(self, policy: AnswerLanguagePolicy, identify: Identify) -> None:
        self._policy = policy
        self._identify = identify

    def check(self, sentence: DraftSentence) -> list[Verdict]:
        """At most one finding."""
        if not self._policy.enabled:
            return []
        wanted = primary_language(sentence.language)
        text = _CODE.sub(" ", _QUOTED.sub(" ", parse_citations(sentence.text)[0]))
        found = self._by_writing(text, wanted) or self._by_words(text, wanted)
        if found is None:
            return []
        score, why = found
        return [Verdict(self.name, "wrong-language", False, score, f"the answer should be in “{wanted}”, but {why}")]

    def _by_writing(self, text: str, wanted: str) -> tuple[float, str] | None:
        letters = Counter(_writing(character) for character in text if character.isalpha())
        total, own = sum(letters.values()), _WRITINGS.get(wanted, _LATIN)
        # Names are left in Latin letters everywhere, so that writing needs words to be a finding.
        foreign = sum(count for writing, count in letters.items() if writing not in own | _LATIN)
        if total >= 6 and foreign / total >= self._policy.foreign_writing:
            return foreign / total, f"{foreign / total:.0%} of the letters are of another writing"
        if wanted == "zh" and len(_KANA.findall(text)) >= 3:
            return 1.0, "it has Japanese letters"
        if wanted == "ja" and letters["CJK"] >= 8 and letters["CJK"] == total:
            return 0.9, "it has no Japanese letters"
        return None

    def _by_words(self, text: str, wanted: str) -> tuple[float, str] | None:
        words = _WORD.findall(text)
        latin = [word for word in words if _writing(word[0]) == "LATIN"]
        if _WRITINGS.get(wanted, _LATIN) != _LATIN:
            function_words = self._foreign_function_words(latin, wanted)
            if len(latin) >= self._policy.least_words and len(function_words) >= self._policy.foreign_words:
                return 0.9, f"it goes on in another language (“{', '.join(function_words[:3])}”)"
            if latin and len(latin) < len(words):
                return None
        if len(words) < self._policy.least_words and not (len(words) <= 2 and len(text) >= 12 and not latin):
            return None
        if all(word[0].isupper() for word in words):  # an address or a name
            return None
        language, confidence = self._identify(text)
        language = primary_language(language)
        if language in (wanted, "und") or {language, wanted} <= {"no", "nb", "nn"}:
            return self._mixed(words, wanted)
        near = any({language, wanted} <= family for family in _NEAR)
        least = self._policy.least_confidence_of_near if near else self._policy.least_confidence
        if confidence < least:
            return self._mixed(words, wanted)
        return confidence, f"it is in “{language}” ({confidence:.2f})"

    def _mixed(self, words: list[str], wanted: str) -> tuple[float, str] | None:
        """A sentence of two languages: several function words that the wanted one has not."""
        if not stop_words(wanted) or _WRITINGS.get(wanted, _LATIN) != _LATIN:
            return None
        foreign = self._foreign_function_words(words, wanted)
        if len(foreign) >= self._policy.foreign_words and len(foreign) * 5 >= len(words):
            return 0.8, f"it goes on in another language (“{', '.join(foreign[:3])}”)"
        return None

    def _foreign_function_words(self, words: list[str], wanted: str) -> list[str]:
        """Those of the language that has most, each once; a name such as "Los Angeles" may be said again and again."""
        own, said = stop_words(wanted), dict.fromkeys(word.lower() for word in words)
        best: list[str] = []
        for language in _LATIN_FUNCTION_WORDS:
            if language != wanted and not any({language, wanted} <= family for family in _NEAR):
                of_it = stop_words(language) - own
                best = max(best, [word for word in said if word in of_it], key=len)
        return best


_LATIN_FUNCTION_WORDS = ("en", "de", "fr", "es", "pt", "it", "pl", "nl")


def _writing(character: str) -> str:
    return unicodedata.name(character, "?").split(" ")[0]
