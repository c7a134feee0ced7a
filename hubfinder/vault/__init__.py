"""Where what families tell us is kept: sealed with keys that are nowhere near it."""
