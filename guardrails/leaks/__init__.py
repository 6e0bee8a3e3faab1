"""What must not leave with an answer: instructions of the prompt, secrets, strange links, hidden markup, orders."""
