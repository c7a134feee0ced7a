"""What a WSGI server imports: ``wsgi:app``."""

import gc

from hubfinder import create_app

app = create_app()
app.extensions["finder"].warm_up()
gc.collect()
gc.freeze()  # what is there now stays: the collector need not look through it again and again
