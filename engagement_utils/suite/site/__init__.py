"""The published site: cards, manifest, provenance, one swap."""
