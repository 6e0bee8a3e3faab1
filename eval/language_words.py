"""Word frequencies from which the language of single words is learned, Nynorsk and rarer Danish estimated."""

from __future__ import annotations

import math
import sys
from collections import defaultdict

from eval.word_frequencies import frequencies
from ingest.languages.words import words

_LEAST = 1e-7  # rarer words are mostly names and errors; with 10^-6 a third of a point is lost on word pairs
_LONGEST = 30  # letters
# Lingua's probabilities are flat: the third power of their ratio comes nearest to the frequencies of
# the best-known words (ikkje, dei, korleis). Its extremes are letters that it hardly ever saw.
_POWER, _SMOOTHING, _MOST = 3, 0.02, 500.0
_NYNORSK_SHARE = 0.4  # of Norwegian
# The commonest words of Nynorsk that Bokmål does not have so, too short for letter statistics: occurrences in
# 10,000 words, estimated by hand.
_NYNORSK_BY_COUNT = {
    100: "ein",
    60: "eit eg dei ikkje",
    40: "ei",
    30: "frå ho",
    20: "me då vere",
    15: "kva noko",
    12: "meir",
    10: "kor vert vart gjer vore òg blei mykje berre desse",
    8: "nokon kjem korleis",
    6: "kvar fekk sidan saman",
    5: "kven gje sjå veit",
    4: "kvifor",
    3: "dykk heim",
}
NYNORSK = {word: count for count, found in _NYNORSK_BY_COUNT.items() for word in found.split()}
_END_OF_DANISH_LIST = 1e-6


def word_shares(language: str, least: float = _LEAST) -> dict[str, float]:
    """Each word's share of running text in ``language``, for words of at least ``least``.

    wordfreq has Norwegian in Bokmål only and short lists for some languages. So Nynorsk is taken to
    have the words of the Norwegian list (which holds some), as much more often as lingua's letter statistics
    (Apache-2.0) say; and Danish to have, rarely, what is more Danish than Norwegian there.
    """
    shares = listed_shares(language)
    if language == "no":
        shares = _with_nynorsk(shares)
    if language == "da":
        shares = _with_rare_danish(shares)
    return {word: share for word, share in shares.items() if share >= least and len(word) <= _LONGEST}


def listed_shares(language: str) -> dict[str, float]:
    """Each word's share of running text, as wordfreq has it."""
    found: dict[str, float] = defaultdict(float)
    for entry, log_share in frequencies(language, most=sys.maxsize, size="large").items():
        for word in words(entry):
            found[word] += math.exp(log_share)
    return dict(found)


def _with_nynorsk(bokmaal: dict[str, float]) -> dict[str, float]:
    nynorsk = {word: share * ratio for (word, share), ratio in zip(bokmaal.items(), _ratios("NN"), strict=True)}
    total_bokmaal, total_nynorsk = sum(bokmaal.values()), sum(nynorsk.values())
    nynorsk |= {word: count / 10_000 * total_nynorsk for word, count in NYNORSK.items()}
    return {
        word: (1 - _NYNORSK_SHARE) * share / total_bokmaal + _NYNORSK_SHARE * nynorsk[word] / total_nynorsk
        for word, share in bokmaal.items()
    }


def _with_rare_danish(danish: dict[str, float]) -> dict[str, float]:
    estimated = {
        word: min(share * ratio, _END_OF_DANISH_LIST) / 2
        for (word, share), ratio in zip(listed_shares("no").items(), _ratios("DA"), strict=True)
    }
    return estimated | danish


def _ratios(code: str) -> list[float]:
    """How much more likely each word of the Norwegian list is in the language ``code`` than in Bokmål."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    languages = [IsoCode639_1.NB, IsoCode639_1.NN, IsoCode639_1.DA, IsoCode639_1.SV]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*languages).build()
    found = []
    for word in listed_shares("no"):
        values = {
            value.language.iso_code_639_1.name: value.value
            for value in detector.compute_language_confidence_values(word)
        }
        found.append(min(((values[code] + _SMOOTHING) / (values["NB"] + _SMOOTHING)) ** _POWER, _MOST))
    return found
