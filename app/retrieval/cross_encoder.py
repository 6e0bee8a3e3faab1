"""A re-ranker from the model hub or a folder: any cross-encoder that sentence-transformers opens."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.errors import AppError, AppUserError
from app.retrieval.reranking import Reranker
from app.settings import Settings
from ingest.embedding.folders import model_folder
from ingest.embedding.quiet import quiet_loading
from ingest.errors import IngestUserError

_OTHERWISE = (
    "set POLYDESK_RERANKER to a cross-encoder's folder, to a hub id that this machine can reach, or to nothing for none"
)
_HEADS = ("ForSequenceClassification", "ForCausalLM")  # those from which a score can be read


def open_reranker(settings: Settings) -> Reranker | None:
    """The re-ranker that the settings name; None where they name none. Nothing is loaded yet."""
    return CrossEncoderReranker(settings.reranker, settings.home / "models") if settings.reranker else None


class CrossEncoderReranker:
    """A cross-encoder, opened when it is first asked.

    :param name: a folder, or a hub id such as ``BAAI/bge-reranker-v2-m3``.
    :param models: folder under ``POLYDESK_HOME`` where models from the hub are kept.
    """

    def __init__(self, name: str, models: Path) -> None:
        self._name = name
        self._models = models
        self._model: Any = None
        # One pass at a time: two would fight for the same cores and double the memory.
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """See :class:`Reranker`.

        :raises AppUserError: the model cannot be opened.
        """
        with self._lock:
            if self._model is None:
                self._model = self._opened()
            from torch.nn import Sigmoid

            # Asked for by name, since some models are saved with none and give any number at all.
            said = self._model.predict(
                [(question, text) for text in texts], activation_fn=Sigmoid(), show_progress_bar=False
            )
        scores = [float(score) for score in said]
        if not all(map(math.isfinite, scores)):
            raise AppError(f"re-ranker {self._name}: what it gives for a passage is no number; {_OTHERWISE}")
        return scores

    def _opened(self) -> Any:
        try:
            folder = model_folder(self._name, self._models, "re-ranker", _OTHERWISE)
        except IngestUserError as error:
            raise AppUserError(str(error)) from error
        if not _scores_pairs(folder):
            # The library would open it, and score by a head of random weights.
            raise AppUserError(f"re-ranker {self._name}: this model is no cross-encoder; {_OTHERWISE}")
        from sentence_transformers import CrossEncoder

        try:
            with quiet_loading():
                model = CrossEncoder(str(folder), local_files_only=True)
        except Exception as error:  # whatever breaks in other people's files, the user gets one line
            raise AppUserError(
                f"re-ranker {self._name}: it cannot be opened ({' '.join(str(error).split())}); {_OTHERWISE}"
            ) from error
        if model.num_labels != 1:
            raise AppUserError(f"re-ranker {self._name}: it gives {model.num_labels} numbers, not one; {_OTHERWISE}")
        return model


def _scores_pairs(folder: Path) -> bool:
    declared = _json(folder / "config_sentence_transformers.json").get("model_type")
    heads = _json(folder / "config.json").get("architectures") or [""]
    return declared == "CrossEncoder" or str(heads[0]).endswith(_HEADS)


def _json(file: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
