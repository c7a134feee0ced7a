"""What a WSGI server imports: ``wsgi:app``."""

from hubfinder import create_app

app = create_app()
