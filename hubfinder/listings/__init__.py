"""The life of listings: versions, proposed changes, freshness, and what the public tells us of them."""
