"""Bundled pings, users and events, and generated ones with a known truth."""
