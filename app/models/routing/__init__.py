"""Two models as one: the small one first, the large one where it pays."""
