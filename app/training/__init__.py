"""What people accepted, as data to train a model with: masked, split by time, and nothing of an evaluation in it."""
