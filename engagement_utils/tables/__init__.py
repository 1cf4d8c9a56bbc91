"""READ: any table in, checked against a schema, with what is set aside."""
