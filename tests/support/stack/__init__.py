"""What the tests change in every process of theirs: where homes keep things, and how often the model is asked.

With ``pytest --stack=server`` every home keeps rows in one PostgreSQL and vectors in one Chroma, and tests need not
know of it: ``homes`` gives each home a database of its own on either server, whoever opens it; ``servers`` starts both.
On either stack ``passes`` keeps what the embedding model has made of a text for whoever wants it next. The processes
that tests start are reached by ``sitecustomize``.
"""
