"""What is found for a case; a search that fails is said in the packet and keeps no case from a person."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.answers import Findings, Question
from app.errors import AppError
from ingest.errors import IngestError

_log = logging.getLogger(__name__)


def searched(search: Callable[[Question], Findings], question: Question) -> Findings | str:
    """What ``search`` finds; one line why it found nothing, where it failed."""
    try:
        return search(question)
    except (AppError, IngestError) as error:
        return str(error)
    except Exception as error:  # a case without hits is better than no case
        _log.exception("nothing could be searched for an escalation")
        return f"the search failed ({type(error).__name__})"
