"""The questions that the audience heatmap asks, a module each."""
