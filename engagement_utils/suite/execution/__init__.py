"""Execution: each job in a process, a directory and a time of its own."""
