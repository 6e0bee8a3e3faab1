"""The ledger: the only authority on which version of which document is current."""
