"""Looking at the websites of others: what is let through, how politely, and what follows."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hubfinder.clock import now
from hubfinder.database import begin_writing
from hubfinder.directory.models import Url
from hubfinder.listings import safe_web
from hubfinder.listings.link_asking import Links, Verdict
from hubfinder.listings.link_checking import LONGEST, Looked, Rhythm, check_links, in_turns
from hubfinder.listings.models import LinkCheck, Listing
from hubfinder.listings.safe_web import Guarded, NoAnswer, NotPublic, NotThere, SafeWeb, is_nobodys, is_public
from hubfinder.staff_vocab import ListingState
from tests.support.keeping import kept_listing
from tests.support.websites import Says, Websites, websites

WEEKLY = Rhythm(timedelta(days=7))


@pytest.fixture
def sites() -> Iterator[Websites]:
    with websites() as made:
        yield made


def _links(sites: Websites, waits: list[float] | None = None) -> Links:
    noted = waits if waits is not None else []
    return Links(sites.web(), sleep=noted.append, clock=lambda: 0.0)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::", "fe80::1", "fec0::1",
        "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "2001:db8::1", "fe80::1%eth0", "", "1.1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_anybodys(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8"])
def test_addresses_that_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://2130706433/", "http://0x7f.1/",
        "http://0177.0.0.1/", "https://user:secret@www.gov.uk/", "ftp://www.gov.uk/", "file:///etc/passwd",
        "javascript:alert(1)", "//www.gov.uk", "http://", "http://www.gov.uk:99999/", "http://[", "gopher://x/",
        "http://www.gov.uk:8080/", "http://" + "x" * 2001, "http://www.gov.uk/a\u2028b",
    ],
)  # fmt: skip
def test_what_is_no_public_web_address_is_not_asked(url: str) -> None:
    """With the true rules, and a resolver that knows this machine's own name for numbers only."""
    with SafeWeb("test", Guarded(_numbers)) as web, pytest.raises((NotPublic, NotThere)):
        web.ask("GET", url)


def _numbers(host: str, port: int) -> list[str]:
    """Numbers as the system reads them; names are at a public address that is never reached."""
    try:
        found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return ["127.0.0.1"] if host == "localhost" else ["8.8.8.8"]
    return [str(one[4][0]) for one in found]


def test_a_name_with_one_address_inside_is_refused(sites: Websites) -> None:
    sites.names["two.test.uk"] = ["127.0.0.1", "10.0.0.1"]
    with sites.web() as web, pytest.raises(NotPublic):
        web.ask("GET", sites.url("two.test.uk"))
    assert sites.asked == []


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(sites: Websites) -> None:
    """A name that says something else at its second look-up gains nothing: there is only one."""
    sites.pages["play.test.uk/"] = Says()
    with sites.web() as web:
        assert web.ask("GET", sites.url("play.test.uk"), 100).status == 200
    assert sites.looked_up == ["play.test.uk"]


def test_a_redirect_to_the_inside_is_refused(sites: Websites) -> None:
    sites.names["inside.test.uk"] = ["169.254.169.254"]
    sites.pages["play.test.uk/"] = Says(302, {"Location": sites.url("inside.test.uk", "/latest/meta-data/")})
    found = _links(sites).look(sites.url("play.test.uk"))
    assert (found.verdict, found.why) == (Verdict.NOT_ASKED, "this is no public web address")
    sites.pages["play.test.uk/"] = Says(302, {"Location": "file:///etc/passwd"})
    assert _links(sites).look(sites.url("play.test.uk")).verdict is Verdict.NOT_ASKED
    assert not any("inside" in asked for asked in sites.asked)


def test_a_page_that_is_there(sites: Websites) -> None:
    sites.pages["play.test.uk/"] = Says()
    assert _links(sites).look(sites.url("play.test.uk")).verdict is Verdict.THERE
    assert sites.asked == ["GET play.test.uk/robots.txt", "HEAD play.test.uk/"]
    assert sites.agents == {"hubfinder/test (+https://help.example.org/about)"}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, Verdict.GONE), (410, Verdict.GONE), (401, Verdict.UNSURE), (403, Verdict.UNSURE),
        (429, Verdict.UNSURE), (451, Verdict.UNSURE), (500, Verdict.UNSURE), (503, Verdict.UNSURE),
        (204, Verdict.THERE),
    ],
)  # fmt: skip
def test_what_a_status_means(sites: Websites, status: int, verdict: Verdict) -> None:
    sites.pages["play.test.uk/x"] = Says(status, body=b"")
    found = _links(sites).look(sites.url("play.test.uk", "/x"))
    assert (found.verdict, found.status) == (verdict, status)


def test_a_site_that_answers_head_wrongly_is_asked_as_a_reader_would(sites: Websites) -> None:
    sites.pages["play.test.uk/"] = Says(head=405)
    assert _links(sites).look(sites.url("play.test.uk")).verdict is Verdict.THERE


def test_a_name_that_is_gone() -> None:
    def gone(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def busy(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure")

    for resolve, verdict in ((gone, Verdict.GONE), (busy, Verdict.UNSURE)):
        links = Links(SafeWeb("test", Guarded(resolve)), sleep=lambda _seconds: None)
        assert links.look("https://play.test.uk/").verdict is verdict


def test_robots_are_obeyed(sites: Websites) -> None:
    sites.pages["play.test.uk/robots.txt"] = Says(body=b"User-agent: hubfinder\nDisallow: /private\n")
    sites.pages["play.test.uk/open"] = Says()
    links = _links(sites)
    assert links.look(sites.url("play.test.uk", "/private/x")).verdict is Verdict.NOT_ASKED
    assert links.look(sites.url("play.test.uk", "/open")).verdict is Verdict.THERE
    assert sites.asked == ["GET play.test.uk/robots.txt", "HEAD play.test.uk/open"], "read once"


@pytest.mark.parametrize("says", [Says(500), Says(429), Says(503)])
def test_while_robots_cannot_be_read_nothing_is_asked(sites: Websites, says: Says) -> None:
    sites.pages["play.test.uk/robots.txt"] = says
    sites.pages["play.test.uk/"] = Says()
    assert _links(sites).look(sites.url("play.test.uk")).verdict is Verdict.UNSURE
    assert sites.asked == ["GET play.test.uk/robots.txt"]


def test_one_host_is_never_asked_in_a_hurry(sites: Websites) -> None:
    waits: list[float] = []
    sites.pages["play.test.uk/robots.txt"] = Says(body=b"User-agent: *\nCrawl-delay: 7\n")
    sites.pages["play.test.uk/"] = Says()
    sites.pages["slow.test.uk/robots.txt"] = Says(body=b"User-agent: *\nCrawl-delay: 86400\n")
    links = _links(sites, waits)
    links.look(sites.url("play.test.uk"))
    assert waits == [7.0]
    links.look(sites.url("slow.test.uk"))
    assert max(waits) == 30.0, "nobody keeps us for a day"


def test_what_moved_for_good_says_where(sites: Websites) -> None:
    sites.pages["old.test.uk/"] = Says(301, {"Location": sites.url("new.test.uk", "/play")})
    sites.pages["new.test.uk/play"] = Says()
    found = _links(sites).look(sites.url("old.test.uk"))
    assert (found.verdict, found.moved_to) == (Verdict.THERE, sites.url("new.test.uk", "/play"))
    sites.pages["old.test.uk/"] = Says(302, {"Location": sites.url("new.test.uk", "/play")})
    assert _links(sites).look(sites.url("old.test.uk")).moved_to == ""


def test_a_site_that_sends_visitors_in_a_circle(sites: Websites) -> None:
    sites.pages["play.test.uk/"] = Says(302, {"Location": "/"})
    assert _links(sites).look(sites.url("play.test.uk")).why == "it sends visitors in a circle"
    assert len(sites.asked) == 7, "robots.txt, and six times the page"


def test_no_more_is_read_than_is_needed(sites: Websites) -> None:
    sites.pages["play.test.uk/"] = Says(head=405, body=b"x" * 50_000_000)
    with sites.web() as web:
        assert len(web.ask("GET", sites.url("play.test.uk"), 4096).body) == 4096


def test_a_site_that_drips_is_left(sites: Websites, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_web, "SECONDS", 0.3)
    sites.pages["play.test.uk/"] = Says(body=b"x" * 500, slow=0.02)
    with sites.web() as web, pytest.raises(NoAnswer):
        web.ask("GET", sites.url("play.test.uk"), 4096)


def test_headers_without_end_are_left(sites: Websites) -> None:
    sites.pages["play.test.uk/"] = Says(headers={f"X-{number}": "y" * 1000 for number in range(90)})
    sites.pages["play.test.uk/long"] = Says(headers={"X-Long": "y" * 200_000})
    with sites.web() as web:
        assert web.ask("HEAD", sites.url("play.test.uk")).status == 200
        with pytest.raises(NoAnswer):
            web.ask("HEAD", sites.url("play.test.uk", "/long"))


@pytest.mark.parametrize("host", ["a.example.org", "EXAMPLE.com", "x.invalid", "localhost", "a.b.test."])
def test_names_for_examples_are_nobodys(host: str) -> None:
    assert is_nobodys(host)
    assert not is_nobodys("www.notexample.org")


def test_addresses_of_one_host_stand_apart() -> None:
    assert in_turns(["http://a/1", "http://a/2", "http://a/3", "http://b/1"]) == [
        "http://a/1",
        "http://b/1",
        "http://a/2",
        "http://a/3",
    ]


def _shown(session: Session, url: str, **facts: Any) -> Listing:
    begin_writing(session)
    listing = kept_listing(session, **facts)
    session.add(Url(service_id=listing.service_id, url=url))
    session.commit()
    return listing


def _round(session: Session, sites: Websites, days: float = 0) -> Looked:
    moment: datetime = now() + timedelta(days=days)
    return check_links(session, _links(sites), WEEKLY, lambda: moment)


def _dead(session: Session, listing: Listing) -> bool:
    session.rollback()
    session.refresh(listing)
    return listing.is_link_dead


def test_a_page_that_is_gone_twice_days_apart_is_shown_to_staff(session: Session, sites: Websites) -> None:
    listing = _shown(session, sites.url("play.test.uk", "/gone"))
    assert _round(session, sites).gone == 1
    assert not _dead(session, listing)
    assert _round(session, sites, 1).gone == 0, "not so soon"
    assert _round(session, sites, 4).gone == 1
    assert _dead(session, listing)
    session.rollback()
    assert session.scalar(select(Url.url)) == sites.url("play.test.uk", "/gone"), "nobody changed it"
    session.rollback()
    sites.pages["play.test.uk/gone"] = Says()
    assert _round(session, sites, 12).there == 1
    assert not _dead(session, listing)


def test_a_site_that_does_not_say_is_not_dead_and_is_asked_less_and_less(
    session: Session, sites: Websites
) -> None:
    listing = _shown(session, sites.url("play.test.uk"))
    sites.pages["play.test.uk/"] = Says(403)
    asked_on = [
        day for day in (0, 1, 2, 3, 6, 7, 14, 15, 30, 31, 58, 59) if _round(session, sites, day).unsure
    ]
    waits = [later - earlier for earlier, later in pairwise(asked_on)]
    assert waits == [1, 2, 4, 8, 16, 28]
    assert not _dead(session, listing)


def test_a_site_that_says_when_to_come_again_is_heard(session: Session, sites: Websites) -> None:
    _shown(session, sites.url("play.test.uk"))
    sites.pages["play.test.uk/"] = Says(429, {"Retry-After": str(10 * 24 * 3600)})
    assert [day for day in (0, 9, 10, 11) if _round(session, sites, day).unsure] == [0, 10]
    sites.pages["play.test.uk/"] = Says(429, {"Retry-After": "9" * 400})
    _round(session, sites, 40)
    session.rollback()
    check = session.scalars(select(LinkCheck)).one()
    assert check.checked_at is not None
    assert check.next_check_at - check.checked_at == LONGEST


def test_only_what_families_see_is_looked_at(session: Session, sites: Websites) -> None:
    listing = _shown(session, sites.url("play.test.uk"), state=ListingState.PAUSED)
    _shown(session, "https://quay.example.org/")
    assert _round(session, sites) == _round(session, sites)
    assert sites.asked == []
    begin_writing(session)
    session.execute(update(Listing).where(Listing.id == listing.id).values(state=ListingState.PUBLISHED))
    session.commit()
    assert _round(session, sites).gone == 1
    begin_writing(session)
    session.execute(update(Url).values(url="https://quay.example.org/"))
    session.commit()
    _round(session, sites)
    assert session.scalars(select(LinkCheck)).all() == []


def test_one_address_of_many_listings_is_asked_once(session: Session, sites: Websites) -> None:
    for _ in range(3):
        _shown(session, sites.url("play.test.uk"))
    sites.pages["play.test.uk/"] = Says()
    assert _round(session, sites).there == 1


def test_a_round_has_an_end(session: Session, sites: Websites) -> None:
    for number in range(4):
        _shown(session, sites.url("play.test.uk", f"/{number}"))
    links = _links(sites)
    done = check_links(session, links, Rhythm(timedelta(days=7), most=3))
    assert (done.gone, done.left) == (3, 1)
