"""PDF, page by page: what stands where, read in order, with its tables."""
