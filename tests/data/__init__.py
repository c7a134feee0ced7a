"""Tests on real open data, which is not part of this repository."""
