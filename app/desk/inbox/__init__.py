"""The inbox: tickets from help desks, kept with their labels, corrections and duplicates, to be listed and searched."""
