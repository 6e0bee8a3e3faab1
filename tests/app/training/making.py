"""A desk on which people accepted answers and sent drafts, with something personal in each."""

from __future__ import annotations

from collections.abc import Sequence

from app.answers import Sentence
from app.conversations.store import ConversationStore
from app.desk.drafts.store import DraftStore
from tests.app.desk.drafts.playing import RETURNS, answer, citation, draft_of, quoted, ticket

QUESTIONS = (
    ("en", "My name is Karen Whitfield, card 4111 1111 1111 1111. How long may I keep parcel {n} before I return it?"),
    ("de", "Ich heiße Jürgen Ackermann, IBAN DE89 3704 0044 0532 0130 00. Bis wann kann ich Paket {n} zurückschicken?"),
    (
        "fr",
        "Je m'appelle Camille Lefebvre, camille.lefebvre@example.fr. Puis-je renvoyer le colis {n} ?",
    ),
    ("ja", "山田花子と申します。電話は 090-1234-5678 です。荷物 {n} はいつまで返品できますか。"),
)
PERSONAL = (
    "Whitfield", "4111", "Ackermann", "3704 0044", "Lefebvre", "camille.lefebvre", "090-1234-5678", "Ada Sendmore",
)  # fmt: skip
THUMB_UP, THUMB_DOWN = "up", "down"


def accept_answers(store: ConversationStore, questions: Sequence[str], language: str, value: str = THUMB_UP) -> None:
    """An answer to each, in a conversation of its own, with a thumb."""
    for question in questions:
        message = store.start_answer(store.create().id, question)
        given = answer(
            Sentence(text=RETURNS, supported=True, score=1.0, citations=(1,)),
            Sentence(text="Nobody says this.", supported=False, score=0.1),
            citations=(citation(RETURNS),),
            language=language,
        )
        store.finish_answer(message, "finished", given)
        store.rate(message, "up" if value == THUMB_UP else "down")


def send_drafts(store: ConversationStore, questions: Sequence[str], language: str) -> None:
    """A draft to each, which an agent changed, added something to, signed and sent."""
    drafts = DraftStore(store.sessions)
    for question in questions:
        asked = ticket(question, language=language)
        made = draft_of(asked, {question[-12:]: quoted(citation(RETURNS))})
        kept = drafts.add(store.create().id, made)
        sent = kept.text.replace("Articles", "All articles") + "\n\nI called you today.\n\nAda Sendmore"
        drafts.send(kept.id, sent, "Ada Sendmore")
