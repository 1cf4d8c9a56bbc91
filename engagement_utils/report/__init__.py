"""SHOW: figure style, tables, findings and exports. Knows no domain."""
