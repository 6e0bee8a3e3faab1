"""The page of tickets: the list, one of them, and the draft of a reply."""
