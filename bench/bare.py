"""The reference of the places benchmark: one Flask view that returns a ready JSON string."""

import os
from pathlib import Path

from flask import Flask, Response

ANSWER = Path(os.environ["HUBFINDER_BENCH_ANSWER"]).read_text("utf-8")
app = Flask(__name__, static_folder=None)


@app.get("/api/places/<postcode>")
def place(postcode: str) -> Response:  # noqa: ARG001 - the address is that of the real one
    return Response(ANSWER, mimetype="application/json")
