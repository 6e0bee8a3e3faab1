"""What an answer promises in the company's name, and whether a cited passage gives it."""
