"""Bundled sessions, recommendations and moderators, and generated ones with a known truth."""
