"""The page of policy updates."""
