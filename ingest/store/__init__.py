"""The vector store: one Chroma server per home, started on demand and shared by every process over loopback.

Nobody but the keeper process opens the data; everyone else goes through :func:`open_store`.
"""

from ingest.store.connection import StoreConnection, open_store, start_store_early
from ingest.store.remote import ChromaServer
from ingest.store.vectors import Hit, Record, VectorCollection

__all__ = ["ChromaServer", "Hit", "Record", "StoreConnection", "VectorCollection", "open_store", "start_store_early"]
