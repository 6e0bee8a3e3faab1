"""A scripted assistant: answers chosen by a word of the question, with delays, in several languages.

The script is ``fake_answers.yaml`` beside this file. ``create`` is the factory
that ``POLYDESK_ASSISTANT=tests.support.fake_assistant:create`` names. An answer that the script holds up ends
when a test lets it go on, so that no test has to be quicker than it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from app.answers import (
    Action,
    Answer,
    AskedBack,
    Choice,
    Citation,
    Contradiction,
    Event,
    Findings,
    Finished,
    FollowedUp,
    Generating,
    Question,
    Retrieved,
    Sentence,
    SentenceReady,
    SentenceWithheld,
    Timings,
    Understood,
)
from app.followups import understand
from app.rechecking import CheckedSentence
from app.retrieval.explaining import Part

_LOOK_SECONDS = 0.05


class FakeAssistant:
    """Plays the answer whose ``ask`` words occur in the question.

    :param delay: seconds before each sentence.
    :param model: the model it claims to use; None for quoting.
    :param gate: the folder of :func:`let_go_on`; no answer is held up when None.
    """

    def __init__(
        self, delay: float = 0.25, model: str | None = "ollama:mistral-small", gate: Path | None = None
    ) -> None:
        self.delay = delay
        self.model = model
        self.gate = gate
        self.asked: list[Question] = []
        self.closed = False

    def model_name(self) -> str | None:
        return self.model

    def close(self) -> None:
        self.closed = True

    def ask(self, question: Question, stop: threading.Event | None = None) -> Iterator[Event]:
        self.asked.append(question)
        stop = stop or threading.Event()
        asked_in = next((turn.language for turn in reversed(question.history) if turn.language), "en")
        understood = understand(question.text, asked_in, question.history)
        play = _play_for(understood.question if understood else question.text)
        if play.get("raises"):
            raise RuntimeError(str(play["raises"]))
        language = str(play["language"])
        citations = tuple(_citation(n, entry) for n, entry in enumerate(play.get("citations", []), start=1))
        sentences = _sentences(play)
        model = self.model or "quoting"

        yield Understood(language)
        if understood:
            yield FollowedUp(understood)
        stop.wait(self.delay)
        yield Retrieved(tuple(dict.fromkeys(c.title for c in citations)), float(play.get("confidence", 0.5)))
        if self.model is not None:
            yield Generating(model)
        shown: list[Sentence] = []
        for number, sentence in enumerate(sentences):
            if number == play.get("held_after"):
                self._hold(question.text, stop)
            if stop.wait(self.delay):
                break
            shown.append(sentence)
            if sentence.supported:
                yield SentenceReady(sentence, tuple(c for c in citations if c.n in sentence.citations))
            else:
                yield SentenceWithheld(sentence)
        answer = _answer(play, shown, citations, model, quoting=self.model is None)
        yield Finished(answer.model_copy(update={"understood": understood}))

    def _hold(self, question: str, stop: threading.Event) -> None:
        while self.gate is not None and not _mark_of(self.gate, question).exists() and not stop.wait(_LOOK_SECONDS):
            pass

    def check(
        self, sentences: Sequence[str], sources: Sequence[Citation], language: str, known: str
    ) -> list[CheckedSentence]:
        """Sentences of the script and of the sources are supported, those with a password or a card are forbidden."""
        time.sleep(self.delay)
        return [_checked(sentence, sources) for sentence in sentences]

    def translate(
        self, sentences: Sequence[tuple[str, str]], into: str, names: Sequence[str] = (), model: str | None = None
    ) -> list[str | None]:
        return [f"({into}) {text}" if self.model else None for text, _ in sentences]

    def search(self, question: Question, kinds: frozenset[str] | None = None) -> Findings:
        self.asked.append(question)
        play = _play_for(question.text)
        citations = tuple(_citation(n, entry) for n, entry in enumerate(play.get("citations", []), start=1))
        hits = tuple(c for c in citations if kinds is None or ("ticket" if c.history else "policy") in kinds)
        return Findings(language=str(play["language"]), hits=hits, contradictions=_contradictions(play, citations))


def create() -> FakeAssistant:
    """The assistant a browser test's server uses; ``POLYDESK_FAKE_DELAY``, ``…_MODEL`` and ``…_GATE`` set it up."""
    delay = float(os.environ.get("POLYDESK_FAKE_DELAY", "0.25"))
    gate = os.environ.get("POLYDESK_FAKE_GATE")
    model = os.environ.get("POLYDESK_FAKE_MODEL", "ollama:mistral-small") or None
    return FakeAssistant(delay, model, Path(gate) if gate else None)


def let_go_on(gate: Path, question: str) -> None:
    """Let the answers to this question, which wait in whatever process, come to their end."""
    _mark_of(gate, question).touch()


def _mark_of(gate: Path, question: str) -> Path:
    return gate / f"go-on-{sha256(question.encode()).hexdigest()[:16]}"


@cache
def _script() -> dict[str, Any]:
    loaded = yaml.safe_load((Path(__file__).parent / "fake_answers.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _play_for(question: str) -> dict[str, Any]:
    for play in _script()["answers"]:
        if any(word.casefold() in question.casefold() for word in play["ask"]):
            return dict(play)
    return dict(_script()["otherwise"])


def _citation(n: int, entry: dict[str, Any]) -> Citation:
    document = _script()["documents"][entry["document"]]
    passage, quote = str(document["passage"]).strip(), str(entry["quote"])
    at = passage.index(quote)
    passage_start = int(document["passage_start"])
    return Citation(
        n=n,
        document=entry["document"],
        title=document["title"],
        version=document["version"],
        page=document.get("page"),
        language=document["language"],
        quote=quote,
        start=passage_start + at,
        end=passage_start + at + len(quote),
        uri=document["uri"],
        heading=tuple(document["heading"]),
        passage=passage,
        passage_start=passage_start,
        history=document.get("history", False),
        parts=tuple(Part(**part) for part in document.get("parts", ())),
    )


def _sentences(play: dict[str, Any]) -> list[Sentence]:
    entries = [entry for entry in play.get("sentences", []) for _ in range(int(entry.get("times", 1)))]
    return [
        Sentence(
            text=str(entry["text"]).replace("{n}", str(number)),
            supported="withheld" not in entry,
            score=0.12 if "withheld" in entry else 0.93,
            citations=tuple(entry.get("citations", ())),
            reasons=tuple(entry.get("withheld", ())),
        )
        for number, entry in enumerate(entries, start=1)
    ]


def _checked(sentence: str, sources: Sequence[Citation]) -> CheckedSentence:
    if any(word in sentence for word in ("4111", "password")):
        return CheckedSentence(text=sentence, supported=False, score=0, codes=("leak-secret",), forbidden=True)
    known = [entry["text"] for play in _script()["answers"] for entry in play.get("sentences", ())]
    if sentence in known or any(sentence in source.passage for source in sources):
        return CheckedSentence(text=sentence, supported=True, score=0.9)
    return CheckedSentence(text=sentence, supported=False, score=0.1, codes=("not-supported",))


def _contradictions(play: dict[str, Any], citations: tuple[Citation, ...]) -> tuple[Contradiction, ...]:
    return tuple(
        Contradiction(
            says=tuple(each["says"]), first=citations[each["first"] - 1], second=citations[each["second"] - 1]
        )
        for each in play.get("contradictions", ())
    )


def _asked_back(play: dict[str, Any]) -> AskedBack | None:
    asked = play.get("asked_back")
    choices = tuple(Choice(**choice) for choice in asked["choices"]) if asked else ()
    return AskedBack(text=asked["text"], choices=choices) if asked else None


def _answer(
    play: dict[str, Any], shown: list[Sentence], citations: tuple[Citation, ...], model: str, quoting: bool
) -> Answer:
    action: Action = play.get("action", "answer")
    space = "" if play["language"] in ("ja", "zh") else " "
    used = {n for sentence in shown if sentence.supported for n in sentence.citations}
    return Answer(
        action=action,
        language=play["language"],
        answer=str(play.get("text") or space.join(s.text for s in shown if s.supported)),
        reasons=tuple(play.get("reasons", ())) + (("no-model",) if quoting else ()),
        sentences=tuple(shown),
        citations=tuple(c for c in citations if c.n in used),
        contradictions=_contradictions(play, citations),
        asked_back=_asked_back(play),
        notice=str(play.get("notice", "")),
        confidence=float(play.get("confidence", 0.5)),
        model=model,
        timings_ms=Timings(retrieval=41, guards=12, first_token=380, total=1840),
    )
