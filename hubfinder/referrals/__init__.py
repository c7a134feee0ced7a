"""Requests for help: one form, one queue, one story passed on. All of it is kept in the vault."""
