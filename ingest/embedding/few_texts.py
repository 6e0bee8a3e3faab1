"""The tokens of a few texts, by the bundled model's tokenizer with only the pieces that can occur in them.

To load the whole vocabulary takes the better part of a second, which is to build what its pieces are looked up in. A
text is cut into the likeliest pieces among those that stand somewhere in it, so the tokens are the same without the
others.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_MANY = 100_000  # characters asked about, after which the whole vocabulary is loaded: to look for pieces takes time too


class Tokens(NamedTuple):
    """The tokens of a text: their numbers, and where each begins and ends in it, in characters."""

    ids: list[int]
    offsets: list[tuple[int, int]]


class FewTextsTokenizer:
    """May be used by several threads.

    :param file: a ``tokenizer.json`` with a unigram model whose special tokens come first, but for others at its end.
    """

    def __init__(self, file: Path) -> None:
        import orjson
        from tokenizers import Tokenizer

        self._file = file
        self._lock = threading.Lock()
        self._asked = 0
        self._whole: Tokenizer | None = None
        settings = orjson.loads(file.read_bytes())
        self._vocabulary: list[list[Any]] = settings["model"]["vocab"]
        self._numbers = {piece: number for number, (piece, _) in enumerate(self._vocabulary)}
        self._longest = max(map(len, self._numbers))
        special = [token["id"] for token in settings["added_tokens"]]
        scores = [score for _, score in self._vocabulary]
        least = scores.index(min(scores))
        # What is in no piece is rated by the least likely one.
        self._kept = list(dict.fromkeys([*special, least]))
        self._unknown = settings["model"]["unk_id"]
        self._special = re.compile("|".join(re.escape(token["content"]) for token in settings["added_tokens"]))
        for position, token in enumerate(settings["added_tokens"]):
            token["id"] = position
        settings["model"]["vocab"] = [self._vocabulary[number] for number in self._kept]
        self._few = Tokenizer.from_str(orjson.dumps(settings).decode())
        self._words: set[str] = set()

    def encode_batch(self, texts: Sequence[str], add_special_tokens: bool = True) -> list[Tokens]:
        """The tokens of each text, with the marks of start and end or without."""
        with self._lock:
            self._asked += sum(map(len, texts))
            if self._whole is None and self._asked > _MANY:
                self._load_whole()
            tokenizer = self._whole or self._with_pieces_of(texts)
            encoded = tokenizer.encode_batch(list(texts), add_special_tokens=add_special_tokens)
            if self._whole:
                return [Tokens(each.ids, each.offsets) for each in encoded]
            return [Tokens([self._kept[position] for position in each.ids], each.offsets) for each in encoded]

    encode_batch_fast = encode_batch  # what ``Tokenizer`` calls the same without offsets

    def _load_whole(self) -> None:
        self._whole = whole_tokenizer(self._file)
        self._vocabulary, self._numbers = [], {}

    def _with_pieces_of(self, texts: Iterable[str]) -> Tokenizer:
        new = {word for text in texts for word in self._words_of(text)} - self._words
        if new:
            from tokenizers.models import Unigram

            self._words |= new
            found = {self._numbers[part] for word in new for part in self._parts(word) if part in self._numbers}
            self._kept += sorted(found.difference(self._kept))
            vocabulary = [tuple(self._vocabulary[number]) for number in self._kept]
            self._few.model = Unigram(vocabulary, self._unknown)
        return self._few

    def _words_of(self, text: str) -> Iterable[str]:
        """What pieces are looked for in; special tokens in a text are cut out of it before anything else."""
        for part in self._special.split(text):
            normal = self._few.normalizer.normalize_str(part)
            yield from (word for word, _ in self._few.pre_tokenizer.pre_tokenize_str(normal))

    def _parts(self, word: str) -> Iterable[str]:
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                yield word[start:end]


def whole_tokenizer(file: Path) -> Tokenizer:
    """The tokenizer with all of its vocabulary; it neither pads nor cuts texts off."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.no_truncation()  # so that tokens can be counted beyond the model's length
    return tokenizer
