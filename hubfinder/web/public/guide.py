"""The guided route: one question a page, every page an address, and nothing kept."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hubfinder.display.seed_words import Said, said
from hubfinder.display.words import gettext
from hubfinder.vocab import Circumstance
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.family import whereabouts
from hubfinder.web.public.guide_steps import ANY_AGE, PREGNANT, Given, Journey, Step, next_step
from hubfinder.web.public.question import Question
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.typed import typed_place

SENT = "sent"
"""Stands in the address of a page whose form was sent: without an answer there is then something to say."""
TOLD = "guide"
"""Carries the answers to the results page: ``guide=what:new-baby``."""


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button."""

    value: str
    words: Said
    is_worded: bool = False
    """Among figures one in words, which takes a line of its own."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer on the results page."""

    question: Said
    answer: Said
    href: str
    """Where it can be changed."""


@public_page(pages, "/guide")
def guide() -> ResponseReturnValue:
    """The first question."""
    found = journey()
    return _ask(found, found.first, _read(found, request.args))


@public_page(pages, "/guide/<step>")
def guide_step(step: str) -> ResponseReturnValue:
    """Any other; who comes without the answers before it starts with the first that is missing."""
    found = journey()
    existing(next((one for one in found.steps[1:] if one.key == step), None))
    given = _read(found, request.args)
    asked = found.step(step, given)
    before = next_step(found, {key: value for key, value in given.items() if key != step})
    if asked is None or (isinstance(before, Step) and before.key != step) or isinstance(before, str):
        return _go_on(found, given)
    return _ask(found, asked, given)


def journey() -> Journey:
    """The route of this instance."""
    found: Journey = current_app.extensions["guide"]
    return found


def _read(found: Journey, arguments: MultiDict[str, str]) -> dict[str, str]:
    given = {key: arguments[key] for key in arguments}
    if "place" in given:
        given["place"] = typed_place(given["place"])
    return found.read(given)


def _ask(found: Journey, step: Step, given: Given) -> ResponseReturnValue:
    """The page of a step; the next one, where its form was sent with an answer."""
    is_sent = SENT in request.args or (step.key in request.args and step.key not in given and not step.place)
    error = _error(step, given) if is_sent else ""
    if is_sent and not error:
        return _go_on(found, {"place": "", **given} if step.place else given)
    page = render_template(
        "public/guide.html",
        step=step,
        question=said(step.question),
        hint=said(step.hint),
        options=_options(step),
        value=given.get(step.key, "") if not step.place else typed_place(request.args.get("place", "")),
        errors={step.key if step.place else f"{step.key}-1": error} if error else {},
        error=error,
        action=_address(found, step, {}),
        hidden=[(key, value) for key, value in given.items() if key != step.key],
        back=_back(found, step, given),
    )
    return page, 400 if error else 200


def _error(step: Step, given: Given) -> str:
    """What is wrong with the answer to a step; empty where nothing is."""
    if not step.place:
        return "" if step.key in given else str(said(step.missing))
    place, advice = whereabouts(Question(place=given.get("place", "")))
    if place is not None or advice is None:
        return ""
    return advice.error or (advice.heading if advice.status == 404 else "")


def _go_on(found: Journey, given: Given) -> ResponseReturnValue:
    """To wherever the router says. To the safety page nothing goes along: neither the answers nor a place."""
    match next_step(found, given):
        case Step() as step:
            return redirect(_address(found, step, given))
        case "safety":
            return redirect(url_for("public.safety"))
        case "talk":
            return redirect(url_for("public.safety", _anchor="talk"))
    return redirect(_results(found, given))


def _results(found: Journey, given: Given) -> str:
    """The address of the help that fits the answers, which carries them along."""
    text, needs, age = "", tuple[str, ...](), ""
    circumstances: list[Circumstance] = []
    for _, choice in found.chosen(given):
        if choice.search or choice.needs:
            text, needs = choice.search, choice.needs
        age = choice.age or age
        circumstances.extend(choice.circumstances)
    question = Question(
        place=given.get("place", ""),
        text=text,
        needs=needs,
        age=age,
        circumstances=tuple(dict.fromkeys(circumstances)),
    )
    address: dict[str, Any] = question.address()
    address[TOLD] = [f"{key}:{value}" for key, value in given.items() if key != "place"]
    return url_for("public.results", **address)


def _address(found: Journey, step: Step, given: Given) -> str:
    address: dict[str, Any] = dict(given)
    if step.key == found.first.key:
        return url_for("public.guide", **address)
    return url_for("public.guide_step", **{**address, "step": step.key})


def _back(found: Journey, step: Step, given: Given) -> str:
    """The question before; from the first one the start page."""
    before = None
    for one in found.asked(given):
        if one.key == step.key:
            break
        before = one
    return _address(found, before, given) if before else url_for("public.start")


def _options(step: Step) -> list[Option]:
    if step.ages is None:
        return [Option(choice.key, said(choice.words)) for choice in step.choices]
    return [
        Option(one.key, Said(_age_words(one.key)), is_worded=one.key in _worded()) for one in step.options()
    ]


def _age_words(value: str) -> str:
    return _worded().get(value, value)


def _worded() -> dict[str, str]:
    """Ages that are said in words, by what stands for them in the address."""
    return {
        PREGNANT: gettext("Not born yet"),
        "0": gettext("Under 1"),
        ANY_AGE: gettext("All ages, or I do not want to say"),
    }


def told_of(arguments: MultiDict[str, str], place: str) -> list[Told]:
    """The answers that led to a results page, each with the way to change it; none where it has none.

    ``place`` is the place asked for.
    """
    parts = (part.partition(":") for part in arguments.getlist(TOLD)[:10])
    found = journey()
    given = found.read({**{key: value for key, _, value in parts}, "place": place})
    if not given.keys() - {"place"}:
        return []
    return [
        Told(said(step.question), _answer(step, given[step.key]), _address(found, step, given))
        for step in found.asked(given)
        if step.key in given
    ]


def _answer(step: Step, value: str) -> Said:
    if step.place:
        return Said(value or gettext("You did not say"))
    if step.ages is not None:
        return Said(_age_words(value))
    choice = step.choice(value)
    return said(choice.words) if choice else Said()
