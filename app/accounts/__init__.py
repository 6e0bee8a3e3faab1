"""Who may do what: accounts, roles, signing in, and the visitor in front of the page."""
