"""Changes of the tables of the vault."""
