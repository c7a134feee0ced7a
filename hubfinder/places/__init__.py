"""Places: postcodes, footprints, who is in which, how far things are, and the bodies of Table 2."""
