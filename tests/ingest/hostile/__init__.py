"""Files that attack, break or deceive a parser, made in code when they are wanted, and good ones to mix them with.

``READABLE`` files are read; those with a code behind it (``readable+macros``) come with that finding.
"""

from tests.ingest.hostile.corpus import READABLE, make_good, make_hostile

__all__ = ["READABLE", "make_good", "make_hostile"]
