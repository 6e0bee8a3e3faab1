"""Policy updates: what a new version of a document changed, what that touches, and who has read it."""
