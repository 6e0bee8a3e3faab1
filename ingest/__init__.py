"""Documents in: sources, parsing, chunking, embeddings, the vector store and the ledger of versions."""
