"""Contacts straight from HubSpot: CRM v3 with property history, page by page, resumable."""
