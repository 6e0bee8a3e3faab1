"""The schemas of the two databases: seen, upgraded, taken back, and all of it tried first."""
