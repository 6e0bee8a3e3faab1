"""Fit the injection classifier: ``python -m eval.fit_injection --data ../shared/data [--write]``.

A logistic regression on the embeddings of attacks and of ordinary texts, then a second one that joins it with what the
patterns see. The second is fitted on what the first says to texts that it has not seen. Every text is embedded both as
a question and as a sentence of a document, since the classifier meets both. Of the own set the lines marked ``held``
are left alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.settings import load_settings
from eval.beir import Document, Query
from eval.json_lines import read_records
from eval.suites.attacks import OWN_SET, read_prompts
from guardrails.injection.classifier import CLASSIFIER_PATH, rule_features
from guardrails.injection.signs import signs_of
from ingest.knowledge import open_centred_embedder
from ingest.languages.calibration import calibration_texts
from ingest.languages.identify import identify
from ingest.parsing.front_matter import split_front_matter
from ingest.sentences.splitting import split_sentences

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding.base import TextKind

_KINDS: tuple[TextKind, ...] = ("query", "passage")
_FOLDS = 10
_STRENGTH, _JOINING_STRENGTH = 10.0, 3.0  # inverse regularisation
_LONGEST = 2000  # characters of a text that are embedded
_LEAST_SENTENCE = 25  # characters
_LIST_MARKS = "-*>0123456789. "
_NO_SENTENCE = ("|", "#")  # rows of a table, and headings
_SAMPLE = Path(__file__).parents[1] / "ingest" / "sample"

_OF_XQUAD, _OF_INTENTS, _OF_RULES = 120, 800, 300  # texts drawn of each language or set
# What a text weighs beside any other harmless one: attacks are few, and the sample's are what a desk is really asked.
_ATTACK, _LOOK_ALIKE, _SUPPORT = 4.0, 2.0, 3.0


@dataclass(frozen=True)
class Example:
    """A text to fit on."""

    text: str
    language: str
    attack: bool
    source: str
    weight: float = 1.0

    @property
    def ordinary(self) -> bool:
        return not self.attack and self.weight != _LOOK_ALIKE


@dataclass(frozen=True)
class Fit:
    """The classifier as it is written, and what models that had not seen a text said to it."""

    content: dict[str, Any]
    probabilities: dict[TextKind, NDArray[np.float64]]  # each of shape (examples,)


def fit_injection(
    data: Annotated[Path, typer.Option(help="The folder with attacks, xquad, intents and rules.")],
    write: Annotated[bool, typer.Option(help="Write the fit to guardrails/injection/classifier.json.")] = False,
) -> None:
    """Fit, and print what was held out of the fit: shares flagged by source and language."""
    embedder = open_centred_embedder(load_settings(), "bulk")
    examples = read_examples(data)
    texts, languages = [each.text for each in examples], [each.language for each in examples]
    fitted = fit(examples, {kind: embedder.embed(texts, languages, kind) for kind in _KINDS})
    for line in held_out_lines(examples, fitted):
        typer.echo(line)
    if write:
        CLASSIFIER_PATH.write_text(json.dumps(fitted.content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_examples(data: Path) -> list[Example]:
    """Attacks, their look-alikes and ordinary texts; each text once.

    :raises EvalUserError: a file of the data cannot be used.
    """
    found: dict[str, Example] = {}
    for example in (*_labelled(data), *_ordinary(data)):
        found.setdefault(example.text, example)
    return list(found.values())


def fit(examples: Sequence[Example], vectors: dict[TextKind, NDArray[np.floating[Any]]]) -> Fit:
    """The classifier of ``examples``, and its probabilities for each, made by models that had not seen it."""
    import numpy as np

    attack = np.array([each.attack for each in examples])
    weight = np.array([each.weight for each in examples])
    folds = np.random.default_rng(20261121).permutation(len(examples)) % _FOLDS
    said = {kind: np.zeros(len(examples)) for kind in _KINDS}
    for fold in range(_FOLDS):
        seen = folds != fold
        model = _regression([rows[seen] for rows in vectors.values()], attack[seen], weight[seen], _STRENGTH)
        for kind in _KINDS:
            said[kind][~seen] = model.decision_function(vectors[kind][~seen])
    signs = np.array([rule_features(signs_of(each.text)) for each in examples], dtype=float)
    rows = {kind: np.column_stack([said[kind], signs]) for kind in _KINDS}
    probabilities = {kind: np.zeros(len(examples)) for kind in _KINDS}
    for fold in range(_FOLDS):
        seen = folds != fold
        joined = _regression([each[seen] for each in rows.values()], attack[seen], weight[seen], _JOINING_STRENGTH)
        alone = _regression([signs[seen]], attack[seen], weight[seen], _JOINING_STRENGTH)
        by_rules = alone.predict_proba(signs[~seen])[:, 1]
        for kind in _KINDS:
            probabilities[kind][~seen] = np.maximum(by_rules, joined.predict_proba(rows[kind][~seen])[:, 1])
    model = _regression(list(vectors.values()), attack, weight, _STRENGTH)
    joined = _regression(list(rows.values()), attack, weight, _JOINING_STRENGTH)
    alone = _regression([signs], attack, weight, _JOINING_STRENGTH)
    return Fit(_content(examples, model, joined, alone), probabilities)


def held_out_lines(examples: Sequence[Example], fitted: Fit) -> Iterator[str]:
    """Shares of the texts of each source and language that are taken for attacks, at several thresholds."""
    import numpy as np

    thresholds = (0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7)
    groups = {(each.source, "attack" if each.attack else "benign") for each in examples}
    yield f"{'held out, flagged from':44}" + "".join(f"{threshold:8.2f}" for threshold in thresholds)
    for kind, probabilities in fitted.probabilities.items():
        for source, label in sorted(groups):
            yield _line(
                f"{kind}: {source} ({label})",
                probabilities,
                thresholds,
                np.array([(each.source, each.attack) == (source, label == "attack") for each in examples]),
            )
        for language in sorted({each.language for each in examples}):
            yield _line(
                f"{kind}: ordinary texts in {language}",
                probabilities,
                thresholds,
                np.array([each.language == language and each.ordinary for each in examples]),
            )


def _line(name: str, probabilities: NDArray[np.float64], thresholds: Sequence[float], some: NDArray[np.bool_]) -> str:
    shares = "".join(
        f"{(probabilities[some] >= threshold).mean():8.1%}" if some.any() else "       –" for threshold in thresholds
    )
    return f"{name} {some.sum()}".ljust(44) + shares


def _regression(rows: Sequence[NDArray[Any]], attack: NDArray[Any], weight: NDArray[Any], strength: float) -> Any:
    """One model for questions and sentences of documents: the examples once for each kind of vector."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=5000)
    return model.fit(np.concatenate(rows), np.tile(attack, len(rows)), sample_weight=np.tile(weight, len(rows)))


def _content(examples: Sequence[Example], model: Any, joined: Any, alone: Any) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for each in examples:
        counts[each.source] = counts.get(each.source, 0) + 1
    about = (
        "Log-odds of an attack = intercept + coefficients·vector, for centred vectors of multilingual-e5-small. "
        "Joining adds what the patterns of lexicon.yaml see, alone has only that. Made by python -m eval.fit_injection."
    )
    return {
        "about": about,
        "fitted_on": "; ".join(f"{count} of {source}" for source, count in counts.items()),
        "intercept": round(float(model.intercept_[0]), 5),
        "joining": _named(joined, ("embedding", "firm", "loose", "disguised")),
        "alone": _named(alone, ("firm", "loose", "disguised")),
        "coefficients": [round(float(value), 5) for value in model.coef_[0]],
    }


def _named(model: Any, names: Sequence[str]) -> dict[str, float]:
    weights = {name: round(float(value), 4) for name, value in zip(names, model.coef_[0], strict=True)}
    return {"bias": round(float(model.intercept_[0]), 4)} | weights


def _labelled(data: Path) -> Iterator[Example]:
    for prompt in read_prompts(data / "attacks" / "attacks.jsonl"):
        attack = prompt.label == "attack"
        source = f"{prompt.source.split(':')[0]} (PIGuard, BIPIA; MIT)"
        yield Example(prompt.text[:_LONGEST], prompt.read_language, attack, source, _ATTACK if attack else _LOOK_ALIKE)
    for prompt in read_prompts(OWN_SET):
        if prompt.split == "fit":
            attack = prompt.label == "attack"
            yield Example(
                prompt.text,
                prompt.read_language,
                attack,
                "the own set (Apache-2.0)",
                _ATTACK if attack else _LOOK_ALIKE,
            )


def _ordinary(data: Path) -> Iterator[Example]:
    for file in sorted((_SAMPLE / "golden").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            golden = json.loads(line)
            source = "the sample's golden questions (Apache-2.0)"
            yield Example(golden["question"], golden["language"], False, source, _SUPPORT)
    for line in (_SAMPLE / "tickets.jsonl").read_text(encoding="utf-8").splitlines():
        ticket = json.loads(line)
        for message in ticket["messages"]:
            # Some of the tickets hold planted attacks, which their words give away.
            if message["author"] == "customer" and not signs_of(message["text"]).rules:
                source = "the sample's tickets (Apache-2.0)"
                yield Example(message["text"], ticket["language"], False, source, _SUPPORT)
    for file in sorted((_SAMPLE / "documents").rglob("*.md")):
        for text in _sentences(file):
            yield Example(text, identify(text).language, False, "the sample's documents (Apache-2.0)")
    for language, texts in calibration_texts().items():
        for text in (*texts.questions[::2], *texts.passages[::4]):
            yield Example(text, language, False, "calibration texts (Apache-2.0)")
    for folder in sorted((data / "xquad" / "same").iterdir()):
        for text in _drawn(_texts(folder / "queries.jsonl", Query), _OF_XQUAD):
            yield Example(text, folder.name, False, "XQuAD's questions (CC BY-SA 4.0)")
    for text in _drawn(_texts(data / "rules" / "queries.jsonl", Query), _OF_RULES):
        yield Example(text, "en", False, "OR-ShARC's questions (CC BY-SA 3.0)")
    for text in _drawn(_texts(data / "rules" / "corpus.jsonl", Document), _OF_RULES // 2):
        yield Example(text[:_LONGEST], "en", False, "OR-ShARC's rules (CC BY-SA 3.0)")
    lines = (data / "intents" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    for text in _drawn([json.loads(line)["text"] for line in lines], _OF_INTENTS):
        yield Example(text, "en", False, "CLINC's intents (CC BY 3.0)")


def _sentences(file: Path) -> Iterator[str]:
    """What a document says in whole sentences: policies order their readers about, in the words of those who attack."""
    _, text = split_front_matter(file.read_text(encoding="utf-8"), file.name)
    for start, end in split_sentences(text):
        sentence = text[start:end].lstrip(_LIST_MARKS)
        if len(sentence) >= _LEAST_SENTENCE and not sentence.startswith(_NO_SENTENCE) and not signs_of(sentence).rules:
            yield sentence


def _texts(file: Path, record: type[Query] | type[Document]) -> list[str]:
    return [each.text for _, each in read_records(file, record)]


def _drawn(texts: Sequence[str], most: int) -> list[str]:
    """The same texts every time."""
    return random.Random(7).sample(list(texts), min(most, len(texts)))  # noqa: S311  # no secret is made of it


if __name__ == "__main__":
    typer.run(fit_injection)
