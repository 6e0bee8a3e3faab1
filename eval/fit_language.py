"""Fit the probability of a language for a single word: ``python -m eval.fit_language [--write]``.

A multinomial logistic regression on hashed letter n-grams (:mod:`ingest.languages.ngrams`), one for each
alphabet, fitted on word lists alone. Every language counts alike; a word counts by its frequency,
dampened. In passing over a word its own feature is left out now and then, so that its letters learn to tell its
language without it. No text of ``shared/data/language-id`` is used: that is only measured on.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.language_words import NYNORSK, listed_shares, word_shares
from ingest.languages.function_words import FUNCTION_WORDS, particles
from ingest.languages.ngrams import hashed_features
from ingest.languages.scripts import LANGUAGES_OF, Script, script_of
from ingest.languages.word_model import COEFFICIENTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITS: dict[Script, int] = {"latin": 17, "cyrillic": 15, "arabic": 15}
_DAMPING = 0.8  # a word counts as the power of its share
_WITHOUT_WORD = 0.3
_EPOCHS, _BATCH, _RATE, _RATE_OF_BIAS = 6, 2048, 0.1, 0.01
_CUT_ABOVE = 0.9999  # quantile of the weights' sizes
_FUNCTION_WORDS = 150  # of each language


@dataclass(frozen=True)
class WordList:
    """Words of one alphabet and what each weighs in each language, columns as in ``languages``; columns sum to 1."""

    languages: tuple[str, ...]
    words: list[str]
    weights: NDArray[np.float32]


def word_list(script: Script) -> WordList:
    """The words of every language that writes ``script``."""
    import numpy as np

    languages = LANGUAGES_OF[script]
    rows: dict[str, NDArray[np.float32]] = {}
    for column, language in enumerate(languages):
        shares = {
            word: share**_DAMPING
            for word, share in word_shares(language).items()
            if all(script_of(letter) == script for letter in word)
        }
        total = sum(shares.values())
        for word, share in shares.items():
            rows.setdefault(word, np.zeros(len(languages), dtype=np.float32))[column] = share / total
    return WordList(languages, list(rows), np.stack(list(rows.values())))


def fit(words: WordList, bits: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The weights, (2^bits, languages), and the bias."""
    import numpy as np
    import torch

    torch.set_num_threads(1)  # the batches are small: more threads wait for each other
    hashes, owners = hashed_features(words.words, bits)
    ends = torch.from_numpy(np.searchsorted(owners, np.arange(len(words.words)), side="right"))
    features, lengths = torch.from_numpy(hashes), torch.diff(ends, prepend=torch.zeros(1, dtype=ends.dtype))
    mass = torch.from_numpy(words.weights.sum(axis=1))
    target = torch.from_numpy(words.weights) / mass[:, None]
    drawn = mass.sqrt()  # frequent words are drawn more often, and count for the rest of their weight
    table = torch.nn.EmbeddingBag(2**bits, len(words.languages), mode="sum", sparse=True, include_last_offset=True)
    torch.nn.init.zeros_(table.weight)
    bias = torch.zeros(len(words.languages), requires_grad=True)
    optimiser = torch.optim.Adagrad(
        [{"params": table.parameters(), "lr": _RATE}, {"params": [bias], "lr": _RATE_OF_BIAS}]
    )
    generator = torch.Generator().manual_seed(0)
    size = len(words.words)
    for epoch in range(_EPOCHS):
        for group, rate in zip(optimiser.param_groups, (_RATE, _RATE_OF_BIAS), strict=True):
            group["lr"] = rate * (1 - epoch / _EPOCHS)
        order = torch.multinomial(drawn, size, replacement=True, generator=generator)
        losses = 0.0
        for batch in order.split(_BATCH):
            length, offsets = lengths[batch], torch.zeros(len(batch) + 1, dtype=torch.long)
            torch.cumsum(length, 0, out=offsets[1:])
            starts = ends[batch] - length - offsets[:-1]
            inputs = features[torch.repeat_interleave(starts, length) + torch.arange(int(offsets[-1]))]
            kept = torch.ones(len(inputs))
            kept[offsets[1:][torch.rand(len(batch), generator=generator) < _WITHOUT_WORD] - 1] = 0.0
            logits = table(inputs, offsets, per_sample_weights=kept) + bias
            weight = mass[batch] / drawn[batch]
            loss = -((target[batch] * torch.log_softmax(logits, dim=1)).sum(dim=1) * weight).sum() / weight.sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses += loss.item() * len(batch)
        print(f"  epoch {epoch + 1}: loss {losses / size:.4f}", flush=True)  # noqa: T201
    return table.weight.detach().numpy(), bias.detach().numpy()


def in_eight_bits(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], float]:
    """The weights as multiples of a factor; the few beyond 127 times it are cut there."""
    import numpy as np

    scale = float(np.quantile(np.abs(weights[weights != 0]), _CUT_ABOVE)) / 127
    return np.clip(np.rint(weights / scale), -127, 127).astype(np.int8), scale


def function_words(language: str) -> list[str]:
    """The most frequent words, most frequent first."""
    shares = listed_shares(language)
    found = sorted(shares, key=lambda word: -shares[word])[:_FUNCTION_WORDS]
    return [*found, *(word for word in NYNORSK if word not in found)] if language == "no" else found


def main() -> None:
    """Fit every alphabet; print the losses and the size, and write the files when asked to."""
    import numpy as np

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="write the files beside ingest/languages/word_model.py")
    write = parser.parse_args().write
    stored: dict[str, Any] = {"licence": "CC BY-SA 4.0, derived from the word lists of wordfreq 3.1"}
    for script, bits in BITS.items():
        words = word_list(script)
        print(f"{script}: {len(words.words):,} words, {len(words.languages)} languages", flush=True)  # noqa: T201
        weights, bias = fit(words, bits)
        stored[f"{script}_languages"] = np.array(words.languages)
        stored[f"{script}_weights"], stored[f"{script}_scale"] = in_eight_bits(weights)
        stored[f"{script}_bias"] = bias
    if write:
        np.savez_compressed(COEFFICIENTS, **stored)
        spaced = [code for codes in LANGUAGES_OF.values() for code in codes if code not in particles()]
        by_language = {code: function_words(code) for code in spaced}
        text = json.dumps(by_language, ensure_ascii=False, separators=(",", ":")).replace("],", "],\n")
        FUNCTION_WORDS.write_text(text + "\n", encoding="utf-8")
        print(f"{COEFFICIENTS.name}: {COEFFICIENTS.stat().st_size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    main()
