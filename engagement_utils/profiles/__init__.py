"""Engagement prediction: weekly features, four horizons with intervals, the report, the forecast, the API."""
