"""A family's own page and danger: whom to ring stands first, and of what was taken back nothing is told."""

from flask import Flask

from hubfinder.referrals.vocab import Flag, ReferralState, Urgency
from tests.pages.reading import Page
from tests.support.following import Follower


def test_whoever_says_that_somebody_is_in_danger_reads_whom_to_ring_first(app: Flask) -> None:
    family = Follower(app)
    family.enter()
    assert "Is someone in danger now?" in family.get().get_data(as_text=True)
    answer = family.post("/add", family.get(), words="", danger="yes")
    assert answer.headers["Location"] == family.address() + "?done=danger"
    html = family.client.get(answer.headers["Location"]).get_data(as_text=True)
    main = html[html.index("<main") :]
    assert main.index("tel:999") < main.index("We have what you wrote.")
    assert "If it cannot wait, ring" in main
    one = family.found()
    assert one.row.urgency is Urgency.DANGER
    assert Flag.DANGER in one.head.flags


def test_the_tick_stays_where_nothing_could_be_written(app: Flask) -> None:
    family = Follower(app)
    family.enter()
    answer = family.post("/add", family.get(), words="x" * 4_000, danger="yes")
    assert answer.status_code == 400
    assert 'name="danger" value="yes" checked' in answer.get_data(as_text=True)


def test_a_request_about_danger_that_was_taken_back_says_only_that(app: Flask) -> None:
    """It stays in the queue: who has it, and by when somebody looks, is not for whoever reads along."""
    family = Follower(app, danger="yes")
    family.enter()
    assert family.post("/withdraw").headers["Location"] == family.address() + "?done=back"
    text = Page(200, family.get().get_data(as_text=True)).text
    assert "You took your request back." in text
    for words in ("Who has it", "The next step is by", "Write to us", "Take your request back", "Change"):
        assert words not in text
    one = family.found()
    assert (one.row.state, one.row.due_at is None) == (ReferralState.RECEIVED, False)
