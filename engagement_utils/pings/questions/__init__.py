"""The questions of the ping report, a module each."""
