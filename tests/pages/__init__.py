"""Tests of the pages: each asks the application and reads what it answers."""
