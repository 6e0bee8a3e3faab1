"""A small model, a large one, and both as a route: what each brings and costs on the golden questions."""
