"""What is told of each question to a collector of traces and metrics: how long, how sure, how much, never what."""
