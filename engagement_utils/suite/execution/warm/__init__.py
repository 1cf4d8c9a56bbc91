"""Warm kernels: workers and kernels forked from a process that has imported what notebooks import."""
