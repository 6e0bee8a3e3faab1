"""What happened, kept so that nobody can change it unseen; and forgetting a person everywhere else."""
