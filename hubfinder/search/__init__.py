"""Search: documents made from an allowlist of fields, an engine behind one interface, and grouped answers."""
