"""What the tests share: databases, a browser, a served application."""
