"""Collections: chosen listings under headings, such as the Start for Life offer, for any place."""
