"""User activity: sessions, recommendations and moderators, scored as published and corrected."""
