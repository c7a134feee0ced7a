"""What a WSGI server imports: ``wsgi:app``."""

import gc

from hubfinder import create_app
from hubfinder.cli.refusals import take_over_refusals
from hubfinder.cli.serve import refuse_to_start
from hubfinder.extensions import db
from hubfinder.search.healing import Healer

app = create_app()
with app.app_context():
    refuse_to_start(app.extensions["settings"])
    app.extensions["places"].warm_up(db.session)
    app.extensions["finder"].engine.unwell = Healer()
    app.extensions["finder"].warm_up(db.session)
take_over_refusals(app)
gc.collect()
gc.freeze()  # what is there now stays: the collector need not look through it again and again
