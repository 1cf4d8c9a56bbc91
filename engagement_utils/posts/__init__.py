"""Posts: when, what and for whom they engage, and whether the pattern is real."""
