"""From a question to passages: dense, language-centred, and live in the ledger."""
