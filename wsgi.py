"""What a WSGI server imports: ``wsgi:app``."""

import gc
import sys

from hubfinder import create_app
from hubfinder.cli.serve import refuse_to_start

app = create_app()
with app.app_context():
    refuse_to_start(app.extensions["settings"])
app.extensions["finder"].warm_up()
# SQLite lets go of the interpreter's lock at every row; by default a thread may wait 5 ms to have it back
sys.setswitchinterval(0.0005)
gc.collect()
gc.freeze()  # what is there now stays: the collector need not look through it again and again
