"""Asking the connected language model where what was learned is not sure."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.answers import Question
from app.desk.tickets import SortedText
from app.desk.triage.classifier import Guess
from app.errors import ModelError
from app.models.model import ChatModel
from app.personal import Masking
from prompts.answering import defused, new_fence
from prompts.sorting import render_labels, sort_prompt

UNSURE = 0.6  # below which probability the model is asked
_CHOICES = 5  # the likeliest labels that it chooses among
_CHARACTERS = 3000  # of a ticket: what it is about stands at its beginning
_TOKENS = 8
_SECONDS = 20.0
_NUMBER = re.compile(r"\d+")
_log = logging.getLogger(__name__)


class Refiner:
    """A model that chooses among the likeliest labels of a ticket; what it reads has placeholders for personal data.

    :param descriptions: by field and label what the label is for, where that is known.
    """

    def __init__(self, model: ChatModel, descriptions: Mapping[str, Mapping[str, str]]) -> None:
        self._model = model
        self._descriptions = descriptions
        self.name = model.name

    def refined(self, text: SortedText, field: str, guess: Guess, shares: Sequence[tuple[str, float]]) -> Guess:
        """``guess``, or what the model makes of the ticket where the guess is not sure.

        A model that fails, or says what is no number of a label, changes nothing.

        :param shares: the labels with their probabilities.
        """
        if guess.probability >= UNSURE and guess.in_scope:
            return guess
        likeliest = sorted(shares, key=lambda each: -each[1])[:_CHOICES]
        chosen = self._chosen(text, field, [label for label, _ in likeliest])
        if chosen is None:
            return guess
        if chosen == 0:
            return replace(guess, in_scope=False, by=self.name)
        label, share = likeliest[chosen - 1]
        words = guess.words if label == guess.label else ()
        return Guess(label, share, True, words, self.name)

    def _chosen(self, text: SortedText, field: str, labels: Sequence[str]) -> int | None:
        """The number of a label, 0 for none of them; None where the model gave no answer that can be used."""
        fence = new_fence()
        about = self._descriptions.get(field, {})
        masking = Masking(Question(text=text.text), text.language)
        model = self._model.limited(_TOKENS, _SECONDS, _SECONDS)
        messages = sort_prompt(model.family).format_messages(
            field=field,
            fence=fence,
            labels=render_labels([(label, about.get(label, "")) for label in labels], fence),
            ticket=defused(masking.text(text.text[:_CHARACTERS], text.language), fence),
        )
        try:
            said = "".join(model.stream(messages, threading.Event()))
        except ModelError as error:
            _log.info("ticket %s was not looked at by %s: %s", text.id, model.name, error)
            return None
        found = _NUMBER.search(said)
        return int(found.group()) if found and int(found.group()) <= len(labels) else None
