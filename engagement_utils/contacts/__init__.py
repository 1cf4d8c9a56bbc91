"""Contacts of a CRM export: social, geographic and entry-channel segments, and what marketing reads."""
