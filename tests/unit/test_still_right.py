"""The link in a reminder: what it does when it is followed twice, by a machine, late, or by somebody else."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubfinder.clock import today
from hubfinder.database import begin_writing
from hubfinder.listings import reminding, still_right
from hubfinder.listings.models import Listing
from hubfinder.listings.still_right import address_for
from hubfinder.people.models import AuditEntry
from hubfinder.post.actions import address_bounced
from hubfinder.post.models import OutgoingEmail
from hubfinder.settings import Settings
from hubfinder.staff_vocab import ListingState, Role
from tests.pages.reading import words
from tests.support.keeping import kept_listing
from tests.support.people import HARBOURMOUTH, NORTHSANDS, council, person

KEEPER = "keeper@example.org"
LONG_AGO = date(2025, 1, 1)
YES, NO = "Yes, all of it is still right", "No, something has changed"


@pytest.fixture
def listing(session: Session) -> Listing:
    begin_writing(session)
    made = kept_listing(session, "Splash time", assured_date=LONG_AGO, due_on=LONG_AGO)
    session.commit()
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _link(listing: Listing, settings: Settings, to: str = KEEPER) -> str:
    whole = address_for(listing, to, settings)
    assert whole.startswith(settings.site_address)
    return whole.removeprefix(settings.site_address)


def _press(client: FlaskClient, link: str, do: str = "confirm", **headers: str) -> str:
    response = client.post(link, data={"do": do}, headers=headers)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    return words(response.get_data(as_text=True))


def _assured(session: Session, listing: Listing) -> date | None:
    session.rollback()
    session.refresh(listing)
    return listing.assured_date


def test_the_button_confirms_and_the_second_time_says_so(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings
) -> None:
    link = _link(listing, settings)
    page = words(client.get(link).get_data(as_text=True))
    assert "Splash time" in page
    assert YES in page
    assert NO in page
    assert "Thank you. Families can see that you checked it today." in _press(client, link)
    assert _assured(session, listing) == today()
    assert "This has been checked already" in _press(client, link)
    assert YES not in words(client.get(link).get_data(as_text=True))
    [entry] = session.scalars(select(AuditEntry))
    assert (entry.by, entry.verb, entry.facts["how"]) == ("a one-click link", "listing.assured", "link")


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"User-Agent": "mail scanner"}],
)
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_machine_that_follows_the_link_changes_nothing(
    session: Session,
    client: FlaskClient,
    listing: Listing,
    settings: Settings,
    method: str,
    headers: dict[str, str],
) -> None:
    link = _link(listing, settings)
    for _ in range(2):
        assert getattr(client, method)(link, headers=headers).status_code == 200
    assert _assured(session, listing) == LONG_AGO
    assert not session.scalars(select(AuditEntry)).all()


def test_nobody_keeps_or_finds_the_page(client: FlaskClient, listing: Listing, settings: Settings) -> None:
    response = client.get(_link(listing, settings))
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_after_a_month_a_new_link_is_offered_once_a_day(
    session: Session,
    client: FlaskClient,
    listing: Listing,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = _link(listing, settings)
    later = today() + timedelta(days=settings.still_right_days + 1)
    monkeypatch.setattr(still_right, "today", lambda: later)
    monkeypatch.setattr(reminding, "today", lambda: later)
    assert "This link is too old" in _press(client, link)
    assert _assured(session, listing) == LONG_AGO
    for _ in range(3):
        assert "We are sending a new link" in _press(client, link, "new-link")
    session.rollback()
    [mail] = session.scalars(select(OutgoingEmail))
    assert mail.to == KEEPER
    new = mail.body.partition(f"{settings.site_address}/still-right/")[2].split()[0]
    monkeypatch.setattr("hubfinder.listings.assuring.today", lambda: later)
    assert "Thank you" in _press(client, f"/still-right/{new}")


def test_the_last_day_still_counts(
    client: FlaskClient, listing: Listing, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = _link(listing, settings)
    last = today() + timedelta(days=settings.still_right_days)
    monkeypatch.setattr(still_right, "today", lambda: last)
    assert YES in words(client.get(link).get_data(as_text=True))


def test_a_listing_that_changed_since_is_not_confirmed(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings
) -> None:
    link = _link(listing, settings)
    _set(session, listing, version=2)
    assert "The listing has changed since we wrote to you" in _press(client, link)
    assert _assured(session, listing) == LONG_AGO
    assert "We are sending a new link" in _press(client, link, "new-link")


@pytest.mark.parametrize("contact", ["another@example.org", ""])
def test_the_link_of_an_address_that_is_no_longer_the_contact_is_dead(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings, contact: str
) -> None:
    link = _link(listing, settings)
    _set(session, listing, contact_email=contact)
    page = _press(client, link)
    assert "This link cannot be used any more" in page
    assert "another@example.org" not in page, "nobody learns the new address"
    assert _assured(session, listing) == LONG_AGO


def test_an_address_that_bounced_confirms_nothing_and_gets_nothing(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings
) -> None:
    link = _link(listing, settings)
    session.rollback()
    begin_writing(session)
    address_bounced(session, KEEPER)
    session.commit()
    assert "This link cannot be used any more" in _press(client, link)
    _set(session, listing, is_email_dead=True)
    page = _press(client, link, "new-link")
    assert "We cannot send a link for this listing. Please ring" in page
    assert settings.front_door_telephone in page
    assert not session.scalars(select(OutgoingEmail)).all()


@pytest.mark.parametrize(
    ("code", "facts", "ask"),
    [
        (HARBOURMOUTH, {}, "Please ring Council Z06000001 on 01632 960100."),
        (NORTHSANDS, {"telephone": "01632 960200"}, "Please ring Council Z06000002 on 01632 960200."),
        (NORTHSANDS, {}, "Please write to Council Z06000002: listings@example.org."),
        (NORTHSANDS, {"email": ""}, "Please ask Council Z06000002."),
    ],
)
def test_the_council_of_the_listing_is_asked(
    session: Session, client: FlaskClient, settings: Settings, code: str, facts: dict[str, str], ask: str
) -> None:
    begin_writing(session)
    council(session, code, **facts)
    theirs = kept_listing(session, "Paddling", council_code=code, assured_date=LONG_AGO)
    session.commit()
    link = _link(theirs, settings)
    main = _main(client, link)
    assert f"Any questions? {ask}" in main
    assert (settings.front_door_telephone in main) == (code == HARBOURMOUTH)
    _set(session, theirs, is_email_dead=True)
    assert f"We cannot send a link for this listing. {ask}" in _said(_press(client, link, "new-link"))


def test_of_national_help_the_installation_is_asked(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings
) -> None:
    _set(session, listing, council_code="")
    number = f"{settings.council_name} on {settings.front_door_telephone}."
    assert number in _main(client, _link(listing, settings))


def _main(client: FlaskClient, link: str) -> str:
    """What the page itself says, without head and foot."""
    return _said(client.get(link).get_data(as_text=True).partition("<main")[2].partition("</main>")[0])


def _said(html: str) -> str:
    return words(html).replace(" .", ".")  # a full stop after a link


def test_the_links_of_a_leaver_are_dead(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings
) -> None:
    begin_writing(session)
    leaver = person(session, Role.PROVIDER)
    listing.contact_email = leaver.email
    session.commit()
    link = _link(listing, settings, leaver.email)
    assert YES in words(client.get(link).get_data(as_text=True))
    session.rollback()
    begin_writing(session)
    leaver.active = False
    session.commit()
    assert "This link cannot be used any more" in _press(client, link)
    assert _assured(session, listing) == LONG_AGO


@pytest.mark.parametrize("state", [ListingState.PAUSED, ListingState.RETIRED, ListingState.DRAFT])
def test_what_families_do_not_see_is_not_confirmed(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings, state: ListingState
) -> None:
    link = _link(listing, settings)
    _set(session, listing, state=state)
    assert "Families do not see this listing at the moment" in _press(client, link)
    assert _assured(session, listing) == LONG_AGO


@pytest.mark.parametrize("forge", ["cut", "turned", "other purpose", "other key", "other listing", "long"])
def test_a_link_that_is_not_ours_does_nothing(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings, forge: str
) -> None:
    link = _link(listing, settings)
    content = [listing.key, 1, "0" * 32, today().isoformat()]
    forged = {
        "cut": link[:-3],
        "turned": link[:-9] + ("A" if link[-9] != "A" else "B") + link[-8:],
        "other purpose": "/still-right/" + _signed(settings.session_key, "told", content),
        "other key": "/still-right/" + _signed("x" * 40, still_right.PURPOSE, content),
        "other listing": "/still-right/"
        + _signed(settings.session_key, still_right.PURPOSE, ["no", 1, "", ""]),
        "long": "/still-right/" + "x" * 2000,
    }[forge]
    response = client.post(forged, data={"do": "confirm"})
    assert response.status_code == 404
    assert "We do not know this link" in words(response.get_data(as_text=True))
    assert _assured(session, listing) == LONG_AGO


def test_a_link_of_one_listing_is_none_of_another(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings
) -> None:
    session.rollback()
    begin_writing(session)
    other = kept_listing(session, "Another", assured_date=LONG_AGO, contact_email="else@example.org")
    session.commit()
    address = _link(other, settings, KEEPER)
    assert "This link cannot be used any more" in _press(client, address), "an address has its own listings"
    assert _assured(session, other) == _assured(session, listing) == LONG_AGO


def test_another_site_cannot_press_the_button(
    session: Session, client: FlaskClient, listing: Listing, settings: Settings
) -> None:
    response = client.post(_link(listing, settings), headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 400
    assert _assured(session, listing) == LONG_AGO


def test_the_address_cannot_be_read_in_a_link(listing: Listing, settings: Settings) -> None:
    token = _link(listing, settings).rpartition("/")[2]
    _is_unsigned, plain = URLSafeSerializer("no key").loads_unsafe(token)
    assert plain is not None
    assert plain[0] == listing.key
    assert "keeper" not in str(plain)


def _set(session: Session, listing: Listing, **facts: object) -> None:
    session.rollback()
    begin_writing(session)
    for name, value in facts.items():
        setattr(listing, name, value)
    session.commit()


def _signed(key: str, salt: str, content: list[object]) -> str:
    return str(URLSafeSerializer(key, salt=salt).dumps(content))
