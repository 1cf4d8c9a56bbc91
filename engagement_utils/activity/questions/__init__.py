"""The questions of the report on sessions, a module each."""
