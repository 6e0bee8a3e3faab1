"""The drafts behind the page: written, changed, reviewed, sent or handed over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from app.desk.drafts.beside import Beside, Translates, beside
from app.desk.drafts.draft import Draft, Review, Wish
from app.desk.drafts.drafter import Drafter
from app.desk.drafts.handing import packet_of_draft
from app.desk.drafts.jobs import DraftJobs, Writing
from app.desk.drafts.needs import customer_name
from app.desk.drafts.records import KeptDraft
from app.desk.drafts.reviewing import ChecksSentences, review
from app.desk.drafts.store import DraftStore
from app.desk.drafts.style import Style
from app.errors import AppUserError
from app.escalations.records import Escalation
from app.escalations.store import EscalationStore
from app.jobs import AssistantLike
from guardrails.escalation.policy import EscalationPolicy
from ingest.sources.tickets import Ticket


class DraftingAssistant(AssistantLike, ChecksSentences, Translates, Protocol):
    """An assistant that also checks and translates what people are to send."""


class DraftDesk:
    """All that can be done with drafts; safe to share between threads.

    :param rules: of escalation, in force now.
    :param sent: is told of every reply that goes out: the conversation, the text, and who sends it.
    """

    def __init__(
        self,
        assistant: DraftingAssistant,
        store: DraftStore,
        escalations: EscalationStore,
        style: Callable[[], Style],
        rules: Callable[[], EscalationPolicy],
        sent: Callable[[str, str, str], None] = lambda _conversation_id, _text, _by: None,
    ) -> None:
        self.store = store
        self.drafter = Drafter(assistant, style, rules)
        self._assistant = assistant
        self._escalations = escalations
        self._style = style
        self._rules = rules
        self._sent = sent
        self._jobs = DraftJobs(store)

    def start(
        self,
        conversation_id: str,
        ticket: Ticket,
        wish: Wish | None = None,
        audience: str = "agent",
        as_of: date | None = None,
    ) -> None:
        """Begin to write a draft, which takes the place of the open one when it is done."""

        def write(stop: threading.Event, progress: Callable[[int, int], None]) -> Draft:
            return self.drafter.draft(ticket, audience=audience, wish=wish, as_of=as_of, stop=stop, progress=progress)

        self._jobs.start(conversation_id, write)

    def finish(self, seconds: float) -> None:
        """Let what is being written come to its end; what takes longer is given up."""
        self._jobs.finish(seconds)

    def writing(self, conversation_id: str) -> Writing | None:
        """What is being written, or why nothing came of it."""
        return self._jobs.writing(conversation_id)

    def stop(self, conversation_id: str) -> None:
        """Give up what is being written."""
        self._jobs.stop(conversation_id)

    def wait(self, conversation_id: str, timeout: float | None = None) -> None:
        """Block until what is being written is done, or ``timeout`` seconds passed."""
        self._jobs.wait(conversation_id, timeout)

    def latest(self, conversation_id: str) -> KeptDraft | None:
        """The newest draft that was not discarded."""
        return self.store.latest(conversation_id)

    def review(self, kept: KeptDraft, ticket: Ticket, text: str) -> Review:
        """What is found of a text that an agent made of the draft."""
        return review(self._assistant, kept.draft, ticket, self._style(), text)

    def send(self, draft_id: int, ticket: Ticket, text: str, by: str) -> KeptDraft:
        """Keep ``text`` as what was sent.

        :raises AppUserError: it must not go out, or nobody says who sends it.
        """
        if not by.strip():
            raise AppUserError("say who you are: type your name")
        found = self.review(self.store.get(draft_id), ticket, text)
        if found.forbidden:
            raise AppUserError(f"this must not go out: {'; '.join(found.forbidden[0].reasons)}")
        if found.untranslated:
            raise AppUserError("a quote is still in another language: translate it or take it out")
        if not found.sendable:
            raise AppUserError("there is nothing to send: write a few words")
        kept = self.store.send(draft_id, text.strip(), by)
        self._sent(kept.conversation_id, text.strip(), by)
        return kept

    def hand_over(self, draft_id: int, ticket: Ticket, by: str = "") -> Escalation:
        """Give the ticket to a person with all that is known of it; the draft will not be sent."""
        kept = self.store.get(draft_id)
        case = self._escalations.add(kept.conversation_id, packet_of_draft(kept.draft, ticket, self._rules()))
        self.store.discard(draft_id, by)
        return case

    def beside(self, kept: KeptDraft, ticket: Ticket, language: str) -> Sequence[Beside]:
        """The draft in the agent's language, sentence by sentence."""
        return beside(self._assistant, kept.draft, language, tuple(filter(None, (customer_name(ticket),))))

    def close(self) -> None:
        """Stop what is being written."""
        self._jobs.close()
