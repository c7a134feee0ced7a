"""Many listings at once: spreadsheets, outside lists, duplicates."""
