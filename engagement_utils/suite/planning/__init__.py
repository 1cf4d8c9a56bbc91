"""Parameters and plan: from a notebook's cell and YAML files to jobs."""
