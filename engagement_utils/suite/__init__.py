"""RUN: parameters, plan, cache, execution, publishing and provenance."""
