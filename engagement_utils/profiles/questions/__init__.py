"""One module a question of the two reports."""
