"""Whoever speaks of danger at the front door: whom to ring stands first, and the clock is a short one."""

from datetime import timedelta

import pytest
from flask import Flask

from hubfinder.clock import as_utc
from hubfinder.web.front_door.where import opening_for
from tests.support.asking import ME, STEPS, Asker, page_of, sent_ones


def ask(asker: Asker, danger: str) -> str:
    """Ask for help; what stands on the confirmation."""
    asker.begin(danger)
    if danger != "no":
        asker.post("now", {})
    asker.add("people", ME)
    for key, typed in STEPS.items():
        if key != "child":
            asker.post(key, typed)
    asker.send()
    html = page_of(asker, "sent").html
    return html[html.index("<main") : html.index("</main>")]


def test_whoever_speaks_of_danger_reads_whom_to_ring_before_anything_else(asker: Asker) -> None:
    page = ask(asker, "yes")
    assert page.index("tel:999") < page.index("Your reference is")
    assert page.index("If it cannot wait, ring") < page.index("Your reference is")
    assert page.count("If you cannot speak, press 55") == page.count("If it cannot wait, ring") == 1


def test_whoever_does_not_reads_their_reference_first(asker: Asker) -> None:
    page = ask(asker, "no")
    assert page.index("Your reference is") < page.index("tel:999")
    assert page.count("If you cannot speak, press 55") == 1


@pytest.mark.parametrize("danger", ["yes", "unsure"])
def test_danger_is_read_within_an_hour_in_which_somebody_is_there(
    app: Flask, asker: Asker, danger: str
) -> None:
    ask(asker, danger)
    [one] = sent_ones(app)
    with app.test_request_context():
        opening = opening_for(one.row.council_code)
    assert one.row.due_at is not None
    expected = opening.soon(as_utc(one.row.received_at))
    assert abs(as_utc(one.row.due_at) - expected) < timedelta(seconds=10)
    assert expected < opening.due(as_utc(one.row.received_at))
