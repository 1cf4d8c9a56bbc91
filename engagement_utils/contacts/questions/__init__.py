"""The questions of the report on contacts, a module each."""
