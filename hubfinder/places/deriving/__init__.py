"""Footprints worked out from other footprints, places and lists, each by a rule that can be told."""
