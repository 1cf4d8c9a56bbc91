"""Generated profiles over two years, whose best possible forecast is known."""
