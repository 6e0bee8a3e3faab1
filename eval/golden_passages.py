"""What the search finds for the golden questions of the sample, in the knowledge base that the settings name."""

from __future__ import annotations

from datetime import date

from app.retrieval.passages import Passage
from app.retrieval.search import PassageSearch
from app.settings import load_settings
from eval.sample import GOLDEN
from eval.suites.golden import GoldenQuestion, asked_on, read_golden
from ingest.knowledge import open_knowledge
from ingest.languages.identify import identify_question
from ingest.ledger.reading import Scope


def search_golden(most: int, answerable_only: bool = False) -> list[tuple[GoldenQuestion, list[Passage]]]:
    """Each question with its passages, best first, as of the day it is asked on.

    :param most: passages for a question.
    :raises AppUserError: nothing was ingested yet.
    """
    day = asked_on(GOLDEN)
    questions = [golden for golden in read_golden(GOLDEN) if golden.answerable or not answerable_only]
    with open_knowledge(load_settings()) as knowledge:
        search = PassageSearch(knowledge)
        search.require_documents()
        return [(golden, passages_for(search, golden, day, most)) for golden in questions]


def passages_for(search: PassageSearch, golden: GoldenQuestion, day: date, most: int) -> list[Passage]:
    """The ``most`` best for a question, as of its own day or else of ``day``."""
    language = identify_question(golden.question, "en").language
    return search.search(golden.question, language, Scope(golden.as_of or day), most)
