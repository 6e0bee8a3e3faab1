"""The page of the documents: what is in force, what was ingested, what is said to be wrong."""
