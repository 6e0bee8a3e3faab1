"""Triage: are tickets sorted as people sort them, and is what belongs nowhere told?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from app.desk.tickets import SortedText, languages_of
from app.desk.triage.counting import TermCounts
from app.desk.triage.descriptions import label_names
from app.desk.triage.fitting import fit
from app.desk.triage.learning import examples_of, vectors_of
from app.phases import Phases, shown_phases
from app.settings import load_settings
from eval.errors import EvalUserError
from eval.intervals import Figure, mean_with_interval
from eval.json_lines import read_data
from eval.language_codes import LanguageCode
from eval.reporting import Measures, grouped, measured, print_json, print_table
from ingest.embedding.centring import CentredEmbedder
from ingest.knowledge import open_centred_embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OUT_OF_SCOPE = "oos"
_FIELDS = ("intent", "queue", "type", "priority", "sentiment")
_FOLDS = 5


class TriageLine(BaseModel):
    """One line of the data: a text or a ticket with what it is sorted as; ``oos`` is what no label should take."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject: str = ""
    body: str = Field(default="", validation_alias=AliasChoices("body", "text"))
    language: LanguageCode | None = None
    intent: str | None = None
    queue: str | None = None
    type: str | None = None
    priority: str | None = None
    sentiment: str | None = None

    @model_validator(mode="after")
    def _says_something(self) -> TriageLine:
        if not (self.subject.strip() or self.body.strip()) or not self.labels:
            raise ValueError("a text (or subject and body) and at least one label are wanted")
        return self

    @property
    def labels(self) -> dict[str, str]:
        """The fields that are known."""
        return {field: label for field in _FIELDS if (label := getattr(self, field))}


@dataclass(frozen=True)
class _Placed:
    """Texts with their vectors, shape ``(texts, dimension)``."""

    texts: Sequence[SortedText]
    vectors: NDArray[np.float64]

    def __add__(self, other: _Placed) -> _Placed:
        import numpy as np

        return _Placed([*self.texts, *other.texts], np.concatenate([self.vectors, other.vectors]))


@dataclass(frozen=True)
class Sorted:
    """One field of one line: what it is, and what it was taken for."""

    field: str
    language: str
    wanted: str
    got: str
    in_scope: bool
    id: str = ""  # of the line, its place in the data


def _right(found: Sequence[Sorted]) -> Figure:
    return mean_with_interval([float(each.got == each.wanted) for each in found if each.wanted != OUT_OF_SCOPE])


def _macro_f1(found: Sequence[Sorted]) -> Figure:
    """The mean over the labels of a field, then over the fields; without an interval."""
    of_fields = [_f1_of([each for each in found if each.field == field]) for field in {each.field for each in found}]
    known = [value for value in of_fields if value is not None]
    return Figure(value=round(sum(known) / len(known), 4) if known else None, count=len(found))


def _f1_of(found: Sequence[Sorted]) -> float | None:
    some = [each for each in found if each.wanted != OUT_OF_SCOPE]
    labels = {each.wanted for each in some}
    if not labels:
        return None
    hits = {label: sum(each.got == label == each.wanted for each in some) for label in labels}
    seen = {
        label: sum(each.got == label for each in some) + sum(each.wanted == label for each in some) for label in labels
    }
    return sum(2 * hits[label] / seen[label] for label in labels) / len(labels)


MEASURES: Measures[Sorted] = {
    "accuracy": _right,
    "macro_f1": _macro_f1,
    "out_of_scope_recall": lambda found: mean_with_interval(
        [float(not each.in_scope) for each in found if each.wanted == OUT_OF_SCOPE]
    ),
    "in_scope_accepted": lambda found: mean_with_interval(
        [float(each.in_scope) for each in found if each.wanted != OUT_OF_SCOPE]
    ),
}


def run_triage(data: Path, train: Path | None, each: int | None = None, draws: int = 1) -> list[Sorted]:
    """Sort the lines of ``data`` after learning from those of ``train``; cross-validated where there is none.

    :param each: learn from so many lines of each label only, drawn at random ``draws`` times.
    :raises EvalUserError: the data cannot be used.
    """
    if each and not train:
        raise EvalUserError("--each takes a few lines of --train: give that as well")
    found = sorted_lines(read_data(data, TriageLine), read_data(train, TriageLine) if train else [], each, draws)
    if not found:
        raise EvalUserError(f"{train or data}: nothing to learn; at least two labels of a field are wanted")
    return found


def sorted_lines(
    lines: Sequence[TriageLine], train: Sequence[TriageLine] = (), each: int | None = None, draws: int = 1
) -> list[Sorted]:
    """Each field of each line with what it was taken for; nothing where there is nothing to learn from."""
    import numpy as np

    asked, known = _texts(lines), _texts(train)
    embedder = open_centred_embedder(load_settings(), "bulk")
    with shown_phases() as phases:
        vectors = _embedded(asked, embedder, phases, "sort")
        named = [each for each in label_names(known or asked, _FIELDS) if OUT_OF_SCOPE not in each.labels.values()]
        names = _Placed(named, _embedded(named, embedder, phases, "learn from, the names of labels"))
        found: list[Sorted] = []
        if known:
            to_sort = _Placed(asked, vectors)
            learned = _embedded(known, embedder, phases, "learn from")
            for draw in range(draws if each else 1):
                places = _drawn(known, each, draw) if each else list(range(len(known)))
                found += _sorted(_Placed([known[place] for place in places], learned[places]) + names, to_sort, phases)
        else:
            every = np.arange(len(asked))
            for fold in range(_FOLDS):
                kept, left = every[every % _FOLDS != fold], every[every % _FOLDS == fold]
                to_learn = _Placed([asked[place] for place in kept], vectors[kept])
                found += _sorted(to_learn + names, _Placed([asked[place] for place in left], vectors[left]), phases)
    return found


def _texts(lines: Sequence[TriageLine]) -> list[SortedText]:
    texts = ["\n".join(filter(None, (line.subject, line.body))) for line in lines]
    languages = languages_of(texts, [line.language for line in lines])
    found = enumerate(zip(texts, languages, lines, strict=True))
    return [SortedText(str(number), text, language, line.labels) for number, (text, language, line) in found]


def _embedded(
    texts: Sequence[SortedText], embedder: CentredEmbedder, phases: Phases, purpose: str
) -> NDArray[np.float64]:
    with phases.phase(f"embedding {len(texts)} texts to {purpose}") as show:
        return vectors_of(texts, embedder, show)


def _drawn(texts: Sequence[SortedText], each: int, draw: int) -> list[int]:
    """Places of ``each`` texts of every label of the first field, the same for the same ``draw``."""
    import numpy as np

    field = next(field for field in _FIELDS if field in texts[0].labels)
    order = np.random.default_rng(draw).permutation(len(texts))
    taken: Counter[str] = Counter()
    chosen: list[int] = []
    for place in order.tolist():
        label = texts[place].labels.get(field, OUT_OF_SCOPE)
        if taken[label] < each:
            taken[label] += 1
            chosen.append(place)
    return sorted(chosen)


def _sorted(to_learn: _Placed, to_sort: _Placed, phases: Phases) -> Iterator[Sorted]:
    known, learned = to_learn.texts, to_learn.vectors
    counts = TermCounts.of([each.wording for each in known])
    asked, vectors = to_sort.texts, to_sort.vectors
    for field in _FIELDS:
        of_it = [place for place, each in enumerate(known) if each.labels.get(field, OUT_OF_SCOPE) != OUT_OF_SCOPE]
        if len({known[place].labels[field] for place in of_it}) < 2:
            continue
        learned_from = [known[place] for place in of_it]
        with phases.phase(f"learning {field}") as show:
            examples = examples_of(learned_from, learned[of_it], counts.some(of_it), field)
            classifier, _ = fit(examples, progress=show)
        wanted = [place for place, each in enumerate(asked) if field in each.labels]
        some = [asked[place] for place in wanted]
        said = classifier.guesses(vectors[wanted], [each.wording for each in some])
        for text, guess in zip(some, said, strict=True):
            yield Sorted(field, text.language, text.labels[field], guess.label, guess.in_scope, text.id)


def report(found: Sequence[Sorted]) -> dict[str, Any]:
    """What ``--json`` prints."""
    return {
        "texts": len(found),
        **measured(found, MEASURES),
        "by_field": grouped(found, lambda each: each.field, MEASURES),
        "by_language": grouped(found, lambda each: each.language, MEASURES),
    }


def print_triage(found: Sequence[Sorted], as_json: bool) -> None:
    """Print the figures."""
    figures = report(found)
    if as_json:
        print_json(figures)
        return
    title = f"Triage: {figures['texts']} labels"
    print_table(title, ("language", figures["by_language"]), {**figures["by_field"], "all": figures}, MEASURES)
