"""Email: written into the database with what it is about, sent afterwards, tried again, never sent twice."""
