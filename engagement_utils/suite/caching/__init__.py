"""Keys, cache, state and what changed; whole or not at all on disk."""
