"""The dashboard page: numbers of these days beside those before, and the record of one answer."""
