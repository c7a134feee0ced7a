"""The steps of the form: one address for all of them; ``journey`` says which comes next."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from hubfinder.referrals.drafts import OpenDraft
from hubfinder.referrals.form import journey
from hubfinder.referrals.form.fields import Kind, Step
from hubfinder.referrals.form.reading import Reading, read
from hubfinder.referrals.form.steps import OF_KEY, ROWS
from hubfinder.referrals.lookups import TooManyLookups
from hubfinder.web.front_door import desk, sender
from hubfinder.web.front_door.blueprint import pages
from hubfinder.web.front_door.desk import FormGone, OtherWindow
from hubfinder.web.front_door.sender import SignedIn
from hubfinder.web.front_door.start import JUST_BEGUN, redirect_to
from hubfinder.web.shared.access import family_page
from hubfinder.web.shared.answers_shown import fields_of, is_same, need_names, others_of


@desk.own_token
@family_page(pages, "/ask/<key>", methods=("GET", "POST"))
def step(key: str) -> ResponseReturnValue:
    """One step. Whoever has no form begins at the first page; a step that does not apply leads on."""
    form = desk.my_form()
    if form and form.receipt:
        return redirect(url_for("front_door.sent"), 303)
    answers = form.answers if form else {}
    asked = journey.step_of(answers, key)
    if request.method == "POST":
        desk.from_here()
        asked = asked or (OF_KEY.get(key) if form is None else None)  # what was typed there is kept
        return _answered(asked, answers) if asked else onward(answers)
    if form is None:
        return to_the_beginning()
    if JUST_BEGUN in request.args:
        return redirect_to(key)
    if asked is None or key == "danger":
        return onward(answers) if asked is None else redirect(url_for("front_door.ask"), 303)
    return step_page(form, asked, Reading(sender.filled_in(asked, answers)))


def to_the_beginning(*, is_kept: bool = False) -> Response:
    """For a browser that has no form, or none any more; ``is_kept``: what it sent last began a new one."""
    ended = "kept" if is_kept else "1" if desk.number() else "cookie" if JUST_BEGUN in request.args else None
    return make_response(redirect(url_for("front_door.ask", ended=ended), 303))


def onward(answers: Mapping[str, Any]) -> Response:
    """To the first step that is not finished."""
    return redirect_to(journey.next_key(answers)) if answers else to_the_beginning()


def step_page(
    form: OpenDraft | None,
    asked: Step,
    found: Reading,
    was: str | None = None,
    others: Mapping[str, str] | None = None,
) -> str:
    """The page of a step.

    ``was`` is what it was sent with, where it is shown again and knows no newer answers; ``others`` is what
    another window has said meanwhile, by field.
    """
    answers = form.answers if form else {}
    known = {one.name: answers.get(one.name) for one in asked.fields}
    return render_template(
        "front_door/step.html",
        step=asked,
        fields=fields_of(asked, found.values, found.errors, answers, others),
        errors=found.errors,
        before=journey.key_before(answers, asked.key),
        was=desk.seal_of(known) if was is None else was,
        sends_for=sender.organization_shown(asked, found.values),
        **around(form, answers),
    )


def around(form: OpenDraft | None, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What every page of the form carries: its token, how long it is kept."""
    left = desk.lasts(has_code=bool(form and form.row.code_digest))
    return {
        "token": desk.token(),
        "answers": answers,
        "seconds": int(left.total_seconds()),
        "hours": int(left.total_seconds() // 3_600),
    }


def _answered(asked: Step, answers: Mapping[str, Any]) -> ResponseReturnValue:
    if "remove" in request.form:
        return _removed(asked)
    found = read(asked, request.form.to_dict(flat=False), answers, _needs(asked))
    if not desk.number() and request.form.get("form"):  # it was shown this step, so it had a cookie then
        return step_page(None, asked, with_error(asked, found, desk.no_cookie()), _was()), 400
    if not desk.is_token_right():
        return _again(asked, found, desk.open_long())
    if found.errors:
        return step_page(desk.my_form(), asked, found, _was()), 400
    return _noted(asked, found)


def _was() -> str:
    """The mark of the answers that the page was shown with."""
    return request.form.get("was", "")


def _noted(asked: Step, found: Reading) -> ResponseReturnValue:
    """Write it down, unless that would undo unseen what another window has written since."""
    sent_by = sender.signed_in_as(asked, found.values)

    def tell(now: dict[str, Any]) -> None:
        known = {one.name: now.get(one.name) for one in asked.fields}
        if desk.seal_of(known) != _was() and not _are_same(known, found.values):
            raise OtherWindow
        journey.note(now, asked, found.values)
        sender.note(now, asked, sent_by)

    try:
        form = desk.change(tell)
    except OtherWindow:
        return _again(asked, found, desk.other_window(), is_other=True)
    except FormGone:
        return _kept_anew(asked, found, sent_by)
    except OperationalError as error:
        desk.note_busy(error)
        return _again(asked, found, desk.busy(), 503)
    return redirect_to(journey.next_key(form.answers))


def _are_same(known: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(is_same(known.get(name), value) for name, value in values.items())


def _needs(asked: Step) -> Sequence[str]:
    return list(need_names()) if any(one.kind is Kind.NEEDS for one in asked.fields) else ()


def _again(
    asked: Step, found: Reading, why: str, status: int = 409, *, is_other: bool = False
) -> ResponseReturnValue:
    """The same page with all that was typed; ``is_other``: and with what another window has said."""
    form = desk.my_form()
    if form is None:
        return to_the_beginning()
    if form.receipt:
        return redirect(url_for("front_door.sent"), 303)
    with_error(asked, found, why)
    if is_other:
        return step_page(form, asked, found, None, others_of(asked, form.answers, found.values)), status
    return step_page(form, asked, found, _was()), status


def with_error(asked: Step, found: Reading, why: str) -> Reading:
    """What is wrong with the page as a whole stands at its first question."""
    found.errors = {asked.fields[0].name if asked.fields else "go": why, **found.errors}
    return found


def _kept_anew(asked: Step, found: Reading, sent_by: SignedIn | None) -> ResponseReturnValue:
    """The form has expired, or was sent: of an expired one what was typed just now begins a new one."""
    answers: dict[str, Any] = {}
    journey.note(answers, asked, found.values)
    sender.note(answers, asked, sent_by)
    return begun_anew(answers, lambda why: step_page(None, asked, with_error(asked, found, why), _was()))


def begun_anew(answers: Mapping[str, Any], again: Callable[[str], str]) -> ResponseReturnValue:
    """In the place of a form that has expired; one that was sent is left as it is.

    ``again`` gives the page with all that was typed once more, and with why it could not be kept.
    """
    if desk.my_form() is not None:
        return redirect(url_for("front_door.sent"), 303)
    try:
        token = desk.begin(answers)
    except TooManyLookups:
        return again(desk.busy()), 429
    except OperationalError as error:
        desk.note_busy(error)
        return again(desk.busy()), 503
    return desk.hold(to_the_beginning(is_kept=True), token)


def _removed(asked: Step) -> Response:
    """Take one of the people, or of the helpers, off the list."""
    gone = request.form["remove"]

    def take_off(now: dict[str, Any]) -> None:
        for name in asked.names & frozenset(ROWS):
            now[name] = [one for one in now.get(name) or [] if one.get("id") != gone]

    if desk.is_token_right():
        try:
            desk.change(take_off)
        except FormGone:
            return to_the_beginning()
    return redirect_to(asked.key)
