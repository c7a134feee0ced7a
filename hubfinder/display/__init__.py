"""What pages and sheets show alike: languages, sentences, figures, timetables, addresses, the locator map."""
