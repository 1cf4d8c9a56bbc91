"""Bundled contacts and labelled texts, and generated ones with a known truth."""
