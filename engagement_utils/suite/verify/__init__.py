"""Verification: two runs that have nothing in common but their inputs, compared byte for byte."""
