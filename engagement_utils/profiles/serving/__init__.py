"""Saved models and what is made from them without an engine: the card, the API, its commands."""
