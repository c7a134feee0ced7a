"""Tests of the house itself: its tools, its files, its rules."""
