"""A home taken to another place while it is in use, and brought back.

**What is in a backup, and why it is consistent.** The ledger alone says what is live, and it keeps the text, the chunks
and the vectors of every version. Whatever the vector store and the lexical index hold can be made from it, without the
model. So neither is copied: a copy of three things that an ingest is changing would have to be taken between two of its
steps, while a ledger that was read in one transaction is whole at every moment. Restoring makes store and index anew
from that ledger, and so they agree with it by construction.

What a ledger may hold in the middle of an ingest is what it may hold after one was killed there, which every reader and
the next run cope with: versions that are staged and not published (forgotten), a run without an end, and the writer's
lock (taken out, for its holder is not here).

Each database is copied by SQLite's own online backup, which reads within one transaction and keeps no writer waiting.
Between databases the order counts: the ledger comes **last**, as conversations, drafts and confirmations name versions
of documents, which a ledger that is read later still has.
"""
