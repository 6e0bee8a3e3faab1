"""When a question goes to a person: by the rules of the policy, to which team, how urgently."""
