"""Which language a text is in, and parallel texts from which a language's mean vector is estimated."""

from ingest.languages.identify import LANGUAGES, UNDETERMINED, Identified, identify, identify_question

__all__ = ["LANGUAGES", "UNDETERMINED", "Identified", "identify", "identify_question"]
