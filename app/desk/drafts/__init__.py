"""Drafts: a reply to a ticket in the customer's language, gated sentence by sentence, for an agent to send."""
