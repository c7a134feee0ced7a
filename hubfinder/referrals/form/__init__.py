"""The form by which families, and whoever works with them, ask for help: its steps as data."""
