"""The page of tickets: the list, and one of them."""
