"""Ping engagement: scoring of short-video events and its report."""
