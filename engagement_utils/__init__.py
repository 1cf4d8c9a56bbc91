"""Helpers for a suite of notebook-based audience engagement reports."""

__version__ = "0.1.0"
