"""The commands of the eval room, by what they are about."""
