"""Whether a sentence repeats a stretch of the texts that instruct the model."""

from __future__ import annotations

from collections.abc import Iterable

from guardrails.cues import plain

# One sign of these writings says as much as some three letters.
_DENSE = 3


class PromptTexts:
    """Prompt texts, looked up by runs of their letters and digits.

    :param overlap: letters in a row from which a repetition counts; a third of that in Chinese, Japanese and Thai.
    """

    def __init__(self, texts: Iterable[str], overlap: int) -> None:
        self._overlap = overlap
        letters = [_letters(text) for text in texts]
        self._runs = {length: _all_runs(letters, length) for length in (overlap, overlap // _DENSE)}

    def repeated_in(self, sentence: str, evidence: str) -> bool:
        """Whether ``sentence`` has a run of a prompt that ``evidence`` has not."""
        letters = _letters(sentence)
        length = self._overlap // _DENSE if _is_dense(letters) else self._overlap
        runs = (letters[i : i + length] for i in range(len(letters) - length + 1))
        repeated = [run for run in runs if run in self._runs[length]]
        given = _letters(evidence) if repeated else ""
        return any(run not in given for run in repeated)


def _letters(text: str) -> str:
    return "".join(character for character in plain(text) if character.isalnum())


def _is_dense(letters: str) -> bool:
    dense = sum("\u0e00" <= letter <= "\u0e7f" or "\u3040" <= letter <= "\u9fff" for letter in letters)
    return dense * 2 > len(letters)


def _all_runs(texts: Iterable[str], length: int) -> frozenset[str]:
    return frozenset(text[i : i + length] for text in texts for i in range(len(text) - length + 1))
