"""JUDGE: intervals, tests, false discovery and pooling. Knows no domain."""
