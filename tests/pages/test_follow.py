"""A family's own page: only whoever shows reference and code sees it, and only for a while."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hubfinder.clock import utc_now
from hubfinder.database import begin_writing
from hubfinder.extensions import db
from hubfinder.people.models import AuditEntry
from hubfinder.referrals.models import FamilyVisit, Lookup, Referral
from hubfinder.referrals.vocab import ReferralState
from hubfinder.vault.engine import VAULT
from tests.pages.addresses import FOLLOWED, FOLLOWED_WRITES
from tests.pages.reading import Page
from tests.support.asking import Asker
from tests.support.following import Follower, hidden

UNKNOWN = "0" * 15
RESTS = sorted(
    {one.removeprefix("/follow/F0110W000000001") for one in (*FOLLOWED.values(), *FOLLOWED_WRITES.values())}
    - {"/follow/sent"}
)


NOT_SO = {("get", "/close"), ("get", "/stay"), ("post", "")}
"""Where nothing is looked at, or nothing sent: 405 for everybody."""


@pytest.fixture
def family(app: Flask) -> Follower:
    return Follower(app)


def in_vault(app: Flask, statement: object) -> None:
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        begin_writing(session)
        session.execute(statement)  # type: ignore[call-overload]
        session.commit()


def asked(app: Flask, statement: object) -> object:
    with app.app_context(), Session(db.get_engine(VAULT)) as session:
        return session.scalar(statement)  # type: ignore[call-overload]


def end_by_idling(app: Flask) -> None:
    in_vault(app, update(FamilyVisit).values(seen_at=utc_now() - timedelta(minutes=16)))


def plain(page: str, *references: str) -> str:
    """A page without what every answer has of its own: its token, and the address that was asked for."""
    for reference in references:
        page = page.replace(reference, "…")
    return re.sub(r'name="form" value="[^"]*"', "", page)


def test_with_reference_and_code_a_family_sees_where_its_request_stands(family: Follower) -> None:
    entered = family.enter()
    assert (entered.status_code, entered.headers["Location"]) == (303, family.address())
    response = family.get()
    page = Page(response.status_code, response.get_data(as_text=True))
    assert "We have your request." in page.headings
    assert "Somebody will read it." in page.text
    assert "by 2" in page.text or "The next step is by" in page.text
    assert "You sent your request" in page.text
    assert "01632 960100" in page.text
    assert "Robin" not in page.html[: page.html.index("<body")], "nobody stands in the title"


@pytest.mark.parametrize("typed", ["7kxq9 {} 3", "{}", " {} ", "{lower}"])
def test_codes_are_read_however_they_are_typed(app: Flask, typed: str) -> None:
    family = Follower(app)
    spaced = " ".join(family.code[at : at + 4] for at in range(0, 12, 4))
    code = typed.replace("{lower}", spaced.lower().replace(" ", "-")).replace("{}", spaced)
    status = family.enter(code=code).status_code
    assert status == (303 if "7kxq9" not in typed else 400)


def test_the_reference_may_stand_in_the_address_and_the_code_never(family: Follower) -> None:
    page = family.client.get(f"/follow?reference={family.reference}&code={family.code}")
    whole = page.get_data(as_text=True)
    assert f'value="{family.reference}"' in whole
    assert 'value="' + family.code not in whole


def test_a_wrong_code_and_an_unknown_reference_are_answered_alike(app: Flask, family: Follower) -> None:
    other = Follower(app)
    for reference, code in ((family.reference, other.code), (UNKNOWN, family.code)):
        answer = family.enter(reference, code)
        page = Page(answer.status_code, answer.get_data(as_text=True))
        assert page.status == 404
        assert "We cannot find a request with this reference and this code." in page.text
    one = family.enter(family.reference, other.code).get_data(as_text=True)
    two = family.enter(UNKNOWN, other.code).get_data(as_text=True)
    assert plain(one, family.reference) == plain(two, UNKNOWN)


def test_nothing_typed_or_half_of_it_says_what_is_missing_and_counts_nothing(
    app: Flask, family: Follower
) -> None:
    before = asked(app, select(func.count()).select_from(Lookup))
    for reference, code in (("7KXQ", family.code), (family.reference, "K7QX"), (" ", " ")):
        assert family.enter(reference, code).status_code == 400
    assert asked(app, select(func.count()).select_from(Lookup)) == before


def test_after_ten_wrong_codes_no_code_is_looked_at_for_a_while(family: Follower) -> None:
    for _ in range(10):
        assert family.enter(code="0" * 12).status_code == 404
    refused = family.enter()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "999" in refused.get_data(as_text=True)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("rest", RESTS)
def test_a_request_that_is_not_shown_is_a_404_and_always_the_same(
    app: Flask, family: Follower, rest: str, method: str
) -> None:
    """Unknown, somebody else's, one's own before the code and after the visit: nobody can tell which."""
    someone = Follower(app)
    own = Follower(app)
    assert own.enter().status_code == 303
    left = Follower(app)
    left.enter()
    left.client.get("/exit")
    cases = {
        "unknown": (own.client, UNKNOWN),
        "malformed": (own.client, "nothing"),
        "somebody else's": (own.client, someone.reference),
        "not shown": (family.client, family.reference),
        "left": (left.client, left.reference),
    }
    answers = {
        name: getattr(client, method)(f"/follow/{reference}{rest}")
        for name, (client, reference) in cases.items()
    }
    if (method, rest) in NOT_SO:
        assert {answer.status_code for answer in answers.values()} == {405}
        return
    assert {answer.status_code for answer in answers.values()} == {404}
    pages = {
        plain(
            answer.get_data(as_text=True), UNKNOWN, "nothing", *(reference for _, reference in cases.values())
        )
        for answer in answers.values()
    }
    assert len(pages) == 1
    assert {answer.headers["Cache-Control"] for answer in answers.values()} == {"no-store"}


def test_a_form_of_another_site_is_refused(app: Flask, family: Follower) -> None:
    """Without the token, with that of another browser, or with that for another request."""
    assert (
        family.client.post("/follow", data={"reference": family.reference, "code": family.code}).status_code
        == 400
    )
    family.enter()
    stranger = Follower(app)
    stranger.enter()
    for token in (
        "",
        "nonsense",
        hidden(stranger.get())["form"],
        hidden(family.client.get("/follow?reference="))["form"],
    ):
        answer = family.client.post(family.address("/withdraw"), data={"form": token})
        assert answer.status_code == 400
    assert family.found().row.state is ReferralState.RECEIVED


def test_nobody_is_led_into_somebody_elses_request_by_another_site(app: Flask, family: Follower) -> None:
    """The token of the attacker's browser is worth nothing in another."""
    page = Follower(app).client.get("/follow")
    data = {**hidden(page), "reference": family.reference, "code": family.code}
    fresh = app.test_client()
    assert fresh.post("/follow", data=data).status_code == 400
    assert fresh.get(family.address()).status_code == 404


@pytest.mark.parametrize(
    "rest", ["", "/withdraw", "/code", "/change/people", "/change/people/p2", "/change/sharing"]
)
def test_no_answer_is_kept_by_anybody(family: Follower, rest: str) -> None:
    family.enter()
    for answer in (family.get(rest), family.post(rest or "/add", family.get()), family.client.get("/follow")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_number_of_the_browser_changes_with_the_code_and_is_kept_from_scripts(family: Follower) -> None:
    first = family.client.get("/follow").headers["Set-Cookie"]
    second = family.enter().headers["Set-Cookie"]
    assert first.split(";")[0] != second.split(";")[0]
    for cookie in (first, second):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Max-Age" not in cookie
    secure = family.app.test_client().get("/follow", base_url="https://localhost").headers["Set-Cookie"]
    assert secure.startswith("__Host-follow=")
    assert "; Secure" in secure


def test_a_visit_ends_when_nothing_happens(app: Flask, family: Follower) -> None:
    family.enter()
    assert family.get().status_code == 200
    end_by_idling(app)
    assert family.get().status_code == 404


def test_looking_keeps_a_visit_open_and_so_does_the_button(app: Flask, family: Follower) -> None:
    family.enter()
    in_vault(app, update(FamilyVisit).values(seen_at=utc_now() - timedelta(minutes=14)))
    page = family.get()
    assert page.status_code == 200
    assert 'data-stay="9' in page.get_data(as_text=True) or 'data-stay="8' in page.get_data(as_text=True)
    in_vault(app, update(FamilyVisit).values(seen_at=utc_now() - timedelta(minutes=14)))
    left = family.post("/stay", page)
    assert 890 <= (left.get_json() or {})["seconds"] <= 900


def test_what_was_written_is_kept_when_the_visit_ended_meanwhile(app: Flask, family: Follower) -> None:
    family.enter()
    page = family.get()
    end_by_idling(app)
    asked_again = family.post("/add", page, words="It is worse at night.")
    assert asked_again.status_code == 403
    whole = asked_again.get_data(as_text=True)
    assert "Type your code again" in whole
    assert "It is worse at night." in whole
    wrong = family.post("/add", asked_again, code="0" * 12)
    assert wrong.status_code == 403
    done = family.post("/add", wrong, code=family.code)
    assert done.status_code == 303
    assert "It is worse at night." in family.get().get_data(as_text=True)


def test_who_closes_the_page_or_leaves_shows_nothing_any_more(app: Flask) -> None:
    closing = Follower(app)
    closing.enter()
    assert closing.post("/close", closing.get()).headers["Location"] == "/follow"
    assert closing.get().status_code == 404
    leaving = Follower(app)
    leaving.enter()
    cookie = leaving.client.get_cookie("follow")
    assert cookie is not None
    leaving.client.get("/exit")
    assert leaving.client.get_cookie("follow") is None
    leaving.client.set_cookie("follow", cookie.value)
    assert leaving.get().status_code == 404, "a number that was kept opens nothing"


def test_words_are_written_once_and_shown(family: Follower) -> None:
    family.enter()
    page = family.get()
    for _ in range(2):
        assert family.post("/add", page, words="<b>Please</b> ring\nafter six.").status_code == 303
    whole = family.get().get_data(as_text=True)
    assert whole.count("&lt;b&gt;Please&lt;/b&gt; ring\nafter six.") == 1


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 3_001])
def test_nothing_and_far_too_much_are_not_taken(family: Follower, words: str) -> None:
    family.enter()
    answer = family.write(words)
    assert answer.status_code == 400
    assert "There is a problem" in answer.get_data(as_text=True)
    assert family.found().row.revision == 1


def test_taking_it_back_is_asked_once_more_and_then_done(family: Follower) -> None:
    family.enter()
    page = family.get("/withdraw")
    assert family.found().row.state is ReferralState.RECEIVED
    assert "Yes, take it back" in page.get_data(as_text=True)
    for _ in range(2):
        assert family.post("/withdraw", page).status_code == 303
    assert family.found().row.state is ReferralState.WITHDRAWN
    shown = family.get().get_data(as_text=True)
    assert "You took your request back." in shown
    assert "Write to us" not in shown


def test_what_has_ended_meanwhile_is_not_changed_from_an_old_page(app: Flask, family: Follower) -> None:
    family.enter()
    page, change = family.get(), family.get("/change/language")
    in_vault(
        app,
        update(Referral).where(Referral.reference == family.reference).values(state=ReferralState.FINISHED),
    )
    for answer in (
        family.post("/add", page, words="One more thing"),
        family.post("/change/language", change, languages=["ur"], interpreter="no"),
    ):
        assert answer.status_code == 409
        assert "cannot be changed any more" in answer.get_data(as_text=True)
    assert "Your request is finished." in family.get().get_data(as_text=True)


def test_that_statutory_services_have_it_is_never_said(app: Flask, family: Follower) -> None:
    family.enter()
    in_vault(
        app,
        update(Referral)
        .where(Referral.reference == family.reference)
        .values(state=ReferralState.HANDED_OVER),
    )
    shown = family.get().get_data(as_text=True)
    assert "Somebody is looking at your request." in shown
    assert family.write("Is there news?").status_code == 303
    assert family.post("/withdraw").status_code == 303
    assert "You took your request back." in family.get().get_data(as_text=True)
    assert family.found().row.state is ReferralState.HANDED_OVER


def test_another_code_is_shown_once_and_closes_all_other_browsers(app: Flask, family: Follower) -> None:
    family.enter()
    other = app.test_client()
    there = Follower.__new__(Follower)
    there.app, there.client, there.reference, there.code = app, other, family.reference, family.code
    there.enter()
    shown = family.post("/code").get_data(as_text=True)
    found = re.search(r'<strong class="code" dir="ltr">([0-9A-Z ]{14})</strong>', shown)
    assert found, shown
    assert there.get().status_code == 404
    assert family.get().status_code == 200
    assert there.enter().status_code == 404
    assert there.enter(code=found[1]).status_code == 303


def test_from_the_confirmation_one_press_leads_to_the_request(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    asker = Asker(client)
    asker.answer_all()
    asker.send()
    page = client.get("/ask/sent")
    token = dict(re.findall(r'name="(form)" value="([^"]*)"', page.get_data(as_text=True)))
    assert client.post("/follow/sent", data={"form": "nonsense"}).status_code == 404
    led = client.post("/follow/sent", data=token)
    assert led.status_code == 303
    assert client.get(led.headers["Location"]).status_code == 200
    assert app.test_client().post("/follow/sent", data=token).status_code == 404


def test_the_trail_says_once_for_each_visit_that_the_family_read_it(app: Flask, family: Follower) -> None:
    read = (
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.verb == "request.read_by_family", AuditEntry.subject_key == family.reference)
    )
    family.enter()
    for _ in range(3):
        family.get()
    assert asked(app, read) == 1


@pytest.mark.parametrize("language", ["ar", "pl", "so"])
def test_the_pages_are_there_in_every_language_of_the_sheets(app: Flask, language: str) -> None:
    family = Follower(app)
    entered = family.enter(at=f"/{language}")
    assert entered.headers["Location"] == family.address(at=f"/{language}")
    page = family.client.get(entered.headers["Location"]).get_data(as_text=True)
    assert f'<html lang="{language}"' in page
    assert f'action="/{language}/follow/{family.reference}/add"' in page
