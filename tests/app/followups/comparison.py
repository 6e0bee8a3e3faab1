"""What a follow-up finds: asked as typed, joined to the question before, as the rules rewrite it, as a person would.

Prints document recall among the first one and three documents, on a home with the sample in it::

    polydesk ingest ingest/sample/documents ingest/sample/tickets.jsonl
    python -m tests.app.followups.comparison
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import unquote

from app.retrieval.search import PassageSearch
from app.settings import load_settings
from ingest.knowledge import open_knowledge
from ingest.ledger.reading import Scope
from tests.app.followups.conversations import Conversation, history_of, read_conversations, understood

SCOPE = Scope(date(2026, 11, 21), "agent", None)
PASSAGES = 16

Form = Callable[[Conversation], tuple[str, str]]


def as_typed(conversation: Conversation) -> tuple[str, str]:
    return conversation.question, conversation.language


def joined(conversation: Conversation) -> tuple[str, str]:
    """Behind the question before it, in that one's language."""
    before = history_of(conversation)[-2]
    text, language = (
        (before.understood.question, before.understood.language) if before.understood else (before.text, "")
    )
    return f"{text} {conversation.question}", language or next(iter(conversation.turns[-1]))


def rewritten(conversation: Conversation) -> tuple[str, str]:
    taken = understood(conversation)
    return (taken.question, taken.language) if taken else as_typed(conversation)


def by_a_person(conversation: Conversation) -> tuple[str, str]:
    return conversation.standalone, conversation.language


FORMS: dict[str, Form] = {
    "as typed": as_typed,
    "joined": joined,
    "rewritten": rewritten,
    "by a person": by_a_person,
}


def rank(search: PassageSearch, conversation: Conversation, form: Form) -> int:
    """At which place, from 1, a right document is found; past the last one when it is not."""
    text, language = form(conversation)
    found = search.search(text, language, SCOPE, PASSAGES)
    documents = list(dict.fromkeys(unquote(passage.chunk.version.uri) for passage in found))
    right = [
        place
        for place, uri in enumerate(documents, 1)
        if any(uri.endswith("/" + wanted) for wanted in conversation.documents)
    ]
    return right[0] if right else PASSAGES + 1


def recall(ranks: Sequence[int], depth: int) -> float:
    return sum(place <= depth for place in ranks) / len(ranks)


def main() -> None:
    with open_knowledge(load_settings()) as knowledge:
        search = PassageSearch(knowledge)
        for name, files in (("written before the rules", [""]), ("written after them", ["_later"])):
            asked = [c for c in read_conversations(*files) if c.kind != "alone" and c.documents]
            ranks = {form: [rank(search, c, FORMS[form]) for c in asked] for form in FORMS}
            print(f"\n{name}: {len(asked)} follow-ups; document recall at 1, at 3")
            print(f"{'':28s}" + "".join(f"{form:>20s}" for form in FORMS))
            groups = [*dict.fromkeys(c.kind for c in asked), "language changes", "all"]
            for group in groups:
                chosen = [at for at, c in enumerate(asked) if group in (c.kind, "all") or _changes(c, group)]
                cells = [[ranks[form][at] for at in chosen] for form in FORMS]
                if chosen:
                    row = "".join(f"{recall(cell, 1):13.1%} {recall(cell, 3):6.1%}" for cell in cells)
                    print(f"{group:20s} {len(chosen):6d} {row}")


def _changes(conversation: Conversation, group: str) -> bool:
    return group == "language changes" and conversation.changes_language


if __name__ == "__main__":
    main()
