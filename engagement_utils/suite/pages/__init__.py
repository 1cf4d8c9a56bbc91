"""From an executed notebook to the prepared one that publishers are given."""
