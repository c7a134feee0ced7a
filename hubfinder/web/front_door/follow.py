"""A family's own page: reference and code, and then where the request stands, with whom, and what is next."""

import secrets
from collections.abc import Mapping

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from hubfinder.clock import utc_now
from hubfinder.display.words import gettext
from hubfinder.referrals.codes import read_code, read_reference, spaced_code
from hubfinder.referrals.council_names import front_door_called
from hubfinder.referrals.family import TooOften, WrongState, add, new_code_for
from hubfinder.referrals.family_view import FamilyView, view_of
from hubfinder.referrals.form.fields import MANY_WORDS
from hubfinder.referrals.form.reading import words_of
from hubfinder.referrals.lookups import TooManyLookups
from hubfinder.referrals.taking_back import withdraw
from hubfinder.referrals.visits import Visit
from hubfinder.web.front_door import desk, visits
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.putting_right import parts_to_change
from hubfinder.web.front_door.visits import around, own_token, request_page, to_the_request, why_not
from hubfinder.web.front_door.where import details_for, hours_of
from hubfinder.web.shared.access import family_page
from hubfinder.web.shared.places import reading
from hubfinder.web.shared.typed import one_line
from hubfinder.web.shared.vault import vault

LONGEST = 60
"""Characters of a reference as typed."""
DONE = frozenset({"written", "danger", "changed", "back"})
"""What the page thanks for."""


@own_token
@family_page(pages, "/follow", methods=("GET", "POST"))
def follow() -> ResponseReturnValue:
    """Reference and code. Whoever has shown them already goes on, unless they ask for another request."""
    visit = visits.current()
    if request.method == "POST":
        return _shown()
    if visit and "reference" not in request.args:
        return to_the_request(visit)
    return visits.entry_page(one_line(request.args.get("reference", ""), LONGEST))


def _shown() -> ResponseReturnValue:
    typed = one_line(request.form.get("reference", ""), LONGEST)
    reference, code = read_reference(typed), read_code(request.form.get(visits.CODE, ""))
    errors = {}
    if not visits.keeps_cookie():
        errors["reference"] = desk.no_cookie()
    elif not visits.is_token_right(""):
        errors["reference"] = gettext("This page was open for a long time. Type your code once more.")
    elif not reference:
        errors["reference"] = gettext("A reference has 15 letters and figures, like 7KXQ9-3MAP4-T2WHB")
    if not code:
        errors.setdefault(visits.CODE, gettext("A code has 12 letters and figures, like K7QX 2M9P 4TRD"))
    if errors:
        return visits.entry_page(typed, errors), 400
    try:
        if visits.show(reference, code):
            return redirect(url_for("front_door.followed", reference=reference), 303)
    except TooManyLookups as refused:
        page = visits.entry_page(typed, {"reference": visits.wait(refused.seconds)})
        return page, 429, {"Retry-After": str(refused.seconds)}
    return visits.entry_page(typed, {"reference": visits.not_found()}), 404


@own_token
@family_page(pages, "/follow/sent", methods=("POST",))
def follow_sent() -> ResponseReturnValue:
    """From the confirmation, in the browser that sent the form: it has the code before it."""
    desk.from_here()
    form = desk.my_form()
    if form is None or form.receipt is None or not desk.is_token_right():
        raise NotFound
    if not visits.show(form.receipt.reference, form.receipt.code):
        raise NotFound
    return redirect(url_for("front_door.followed", reference=form.receipt.reference), 303)


@request_page("")
def followed(visit: Visit) -> ResponseReturnValue:
    return request_view(visit)


@request_page("/add", methods=("GET", "POST"))
def follow_add(visit: Visit) -> ResponseReturnValue:
    """Something more that the family wants us to know, or the answer to what we asked."""
    if request.method != "POST":
        return to_the_request(visit)
    words, once = words_of(request.form.get("words", "")), request.form.get(visits.ONCE, "")
    in_danger = request.form.get("danger") == "yes"
    if not (words or in_danger):
        return request_view(visit, {"words": gettext("Write something first")}), 400
    if len(words) > MANY_WORDS:
        return request_view(visit, {"words": too_long()}, words), 400
    try:
        hand = visits.hand(visit)
        add(hand, words, once[:LONGEST], in_danger=in_danger)
        hand.session.commit()
    except (TooOften, WrongState) as refused:
        vault().rollback()
        return request_view(visit, {"words": why_not(refused)}, words), 409
    return to_the_request(visit, "danger" if in_danger else "written")


@request_page("/withdraw", methods=("GET", "POST"))
def follow_withdraw(visit: Visit) -> ResponseReturnValue:
    """Take it back: asked once more before it is done."""
    if request.method != "POST":
        return render_template("front_door/follow_withdraw.html", **around(visit))
    try:
        hand = visits.hand(visit)
        withdraw(hand)
        hand.session.commit()
    except WrongState:
        vault().rollback()
        return to_the_request(visit)
    return to_the_request(visit, "back")


@request_page("/code", methods=("GET", "POST"))
def follow_code(visit: Visit) -> ResponseReturnValue:
    """Another code, shown once: whoever had the one before reads nothing any more."""
    code = ""
    if request.method == "POST":
        hand = visits.hand(visit)
        code = new_code_for(hand)
        hand.session.commit()
    return render_template("front_door/follow_code.html", code=spaced_code(code), **around(visit))


@request_page("/close", methods=("POST",))
def follow_close(_visit: Visit) -> ResponseReturnValue:
    """Done for now, on a telephone or computer that others use too."""
    answer = make_response(redirect(url_for("front_door.follow"), 303))
    visits.forget(answer)
    return answer


@request_page("/stay", methods=("POST",))
def follow_stay(visit: Visit) -> ResponseReturnValue:
    """Somebody is still there: the visit begins to be idle anew. For the script: seconds that are left."""
    return {"seconds": visits.seconds_left(visits.go_on(visit))}


def request_view(visit: Visit, errors: Mapping[str, str] | None = None, words: str = "") -> str:
    """The page of a request."""
    one = visits.looked_at(visit)
    view = view_of(vault(), reading(), one)
    return render_template(
        "front_door/follow_request.html",
        view=view,
        is_late=_is_late(view),
        front_door=details_for(one.row.council_code),
        elsewhere=front_door_called(reading(), view.elsewhere) if view.elsewhere else None,
        hours=hours_of(one.row.council_code),
        parts=parts_to_change(one) if view.can_correct else (),
        errors=errors or {},
        words=words,
        in_danger=request.form.get("danger") == "yes",
        longest=MANY_WORDS,
        once=secrets.token_hex(8),
        done=request.args.get("done") if request.args.get("done") in DONE else "",
        **around(visit),
    )


def too_long() -> str:
    return gettext("Use at most %(most)s characters", most=f"{MANY_WORDS:,}")


def _is_late(view: FamilyView) -> bool:
    return view.due_at is not None and view.due_at < utc_now()
