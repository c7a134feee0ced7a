"""The tests of hubfinder."""
