"""The other pages of editing: their fields out of a content, and back into one."""

from collections.abc import Sequence
from typing import Any

from hubfinder.display.words import gettext
from hubfinder.listings.content import SUGGESTED_CATALOGUE, SUGGESTED_NEEDS, Content
from hubfinder.listings.typed_values import (
    UNBORN,
    Unclear,
    age_typed,
    pounds_typed,
    read_age,
    read_pounds,
)
from hubfinder.listings.written import (
    Around,
    Form,
    Written,
    columns,
    one,
    rows,
    said,
    shown_texts,
    some,
    texts,
)
from hubfinder.vocab import Circumstance

ABOUT = ("name", "summary", "description")
ACCESS_TEXTS = ("interpretation", "deaf_access")
CONTACT = ("telephone", "email", "website", "how_to_apply")
PRICE = ("amount", "price_for", "condition")
FREE, PRICES, UNSAID = "free", "prices", "unsaid"
UNTIL_25 = 300
"""Months: where help for young people with special educational needs or a disability ends at the latest."""


def show_about(content: Content, _around: Around) -> dict[str, list[str]]:
    return shown_texts(content, *ABOUT)


def read_about(form: Form, _around: Around) -> Written:
    return Written(dict(texts(form, *ABOUT)))


def show_who(content: Content, _around: Around) -> dict[str, list[str]]:
    youngest, oldest = content.get("minimum_age"), content.get("maximum_age")
    first = age_typed(max(youngest, 0)) if youngest is not None and youngest >= 0 else ("", "years")
    last = age_typed(oldest) if oldest is not None and oldest >= 0 else ("", "years")
    return {
        "access": [content.get("access") or ""],
        "unborn": ["yes"] if youngest is not None and youngest < 0 else [],
        "youngest": [first[0]], "youngest_in": [first[1]],
        "oldest": [last[0]], "oldest_in": [last[1]],
        "circumstances": list(content.get("circumstances") or ()),
        **shown_texts(content, "eligibility"),
    }  # fmt: skip


def read_who(form: Form, _around: Around) -> Written:
    problems: dict[str, str] = {}
    found: dict[str, Any] = {
        "access": one(form, "access") or None,
        "circumstances": some(form, "circumstances"),
        "eligibility": one(form, "eligibility"),
        "minimum_age": UNBORN if one(form, "unborn") else _age(form, "youngest", problems),
        "maximum_age": _age(form, "oldest", problems),
    }
    if one(form, "until_25"):
        _until_25(found)
    ends = found["minimum_age"], found["maximum_age"]
    if None not in ends and ends[1] <= ends[0]:
        problems["oldest"] = gettext("The upper age must be more than the lower age")
    if not found["access"]:
        del found["access"]
    if problems:
        del found["minimum_age"], found["maximum_age"]
    return Written(found, problems)


def _until_25(found: dict[str, Any]) -> None:
    """One answer for what is hard to say: up to an age for all, and until 25 with special needs."""
    oldest = found["maximum_age"]
    found["maximum_age"] = UNTIL_25
    if oldest is None or oldest >= UNTIL_25:
        return
    number, unit = age_typed(oldest)
    words = (
        gettext(
            "Until %(age)s years old; until 25 with special educational needs or a disability.", age=number
        )
        if unit == "years"
        else gettext(
            "Until %(age)s months old; until 25 with special educational needs or a disability.", age=number
        )
    )
    if words not in found["eligibility"]:
        found["eligibility"] = f"{found['eligibility']}\n{words}".strip()
    found["circumstances"] = list(dict.fromkeys([*found["circumstances"], Circumstance.SEND.value]))


def _age(form: Form, name: str, problems: dict[str, str]) -> int | None:
    text = one(form, name)
    if not text:
        return None
    try:
        return read_age(text, one(form, f"{name}_in"))
    except Unclear as unclear:
        said(problems, name, unclear)
        return None


def show_where(content: Content, around: Around) -> dict[str, list[str]]:
    return {
        "delivery": list(content.get("delivery") or ()),
        "locations": [around.shown(key) for key in content.get("locations") or ()],
    }


def read_where(form: Form, around: Around) -> Written:
    places = [around.key(text) for text in some(form, "locations")]
    return Written({"delivery": some(form, "delivery"), "locations": [key for key in places if key]})


def show_area(content: Content, _around: Around) -> dict[str, list[str]]:
    return {"areas": list(content.get("areas") or ())}


def read_area(form: Form, _around: Around) -> Written:
    return Written({"areas": some(form, "areas")})


def show_cost(content: Content, _around: Around) -> dict[str, list[str]]:
    costs: list[Any] = list(content.get("costs") or ())
    is_free = len(costs) == 1 and costs[0] == {"amount": 0, "description": "", "condition": ""}
    lines = [] if is_free else [_price_shown(cost) for cost in costs]
    return {"cost": [FREE if is_free else PRICES if costs else UNSAID], **columns(PRICE, lines)}


def _price_shown(cost: dict[str, Any]) -> tuple[str, str, str]:
    amount = "" if cost["amount"] is None else pounds_typed(cost["amount"])
    return amount, cost["description"], cost["condition"]


def read_cost(form: Form, _around: Around) -> Written:
    lines = rows(form, *PRICE)
    chosen = one(form, "cost") or (PRICES if any(map(any, lines)) else UNSAID)
    if chosen == FREE:
        return Written({"costs": [{"amount": 0.0, "description": "", "condition": ""}]})
    if chosen != PRICES:
        return Written({"costs": []})
    return _prices(lines)


def _prices(lines: Sequence[tuple[str, ...]]) -> Written:
    problems: dict[str, str] = {}
    found = []
    for number, (amount, words, condition) in enumerate(lines):
        if not (amount or words or condition):
            continue
        if not amount and not words:
            problems[f"amount-{number}"] = gettext("Give an amount in pounds, or say in words what it costs")
            continue
        try:
            pounds = read_pounds(amount) if amount else None
        except Unclear as unclear:
            problems[f"amount-{number}"] = str(unclear)
            continue
        found.append({"amount": pounds, "description": words, "condition": condition})
    if not found and not problems:
        problems["amount-0"] = gettext("Write at least one price, or choose another answer above")
    return Written({} if problems else {"costs": found}, problems)


def show_contact(content: Content, _around: Around) -> dict[str, list[str]]:
    text = content.get("text") or {"number": "", "description": ""}
    return {
        **shown_texts(content, *CONTACT),
        "text_number": [text["number"]],
        "text_words": [text["description"]],
    }


def read_contact(form: Form, _around: Around) -> Written:
    found: dict[str, Any] = dict(texts(form, *CONTACT))
    number, words = one(form, "text_number"), one(form, "text_words")
    problems = {}
    if words and not number:
        problems["text_number"] = gettext("Give the number to send a text message to")
    else:
        found["text"] = {"number": number, "description": words} if number else None
    return Written(found, problems)


def show_access(content: Content, _around: Around) -> dict[str, list[str]]:
    return {
        **shown_texts(content, *ACCESS_TEXTS),
        "languages": list(content.get("languages") or ()),
        "accessibility": list(content.get("accessibility") or ()),
    }


def read_access(form: Form, _around: Around) -> Written:
    spoken = list(dict.fromkeys([*some(form, "languages"), *some(form, "another_language")]))
    found = {**texts(form, *ACCESS_TEXTS), "languages": spoken, "accessibility": some(form, "accessibility")}
    return Written(found)


def show_categories(content: Content, _around: Around) -> dict[str, list[str]]:
    """``needs`` and ``catalogue`` as they are, and what is suggested beside them."""
    names = ("needs", "catalogue", SUGGESTED_NEEDS, SUGGESTED_CATALOGUE)
    return {name: list(content.get(name) or ()) for name in names}


def read_categories(form: Form, _around: Around) -> Written:
    """What staff confirm: a suggestion that is confirmed is none any more, others stay unless taken away."""
    found: dict[str, Any] = {}
    for name, suggested in (("needs", SUGGESTED_NEEDS), ("catalogue", SUGGESTED_CATALOGUE)):
        chosen = some(form, name)
        left = [] if one(form, "no_more") else [key for key in some(form, suggested) if key not in chosen]
        found |= {name: chosen, suggested: left}
    return Written(found)


def read_suggestions(form: Form, _around: Around) -> Written:
    """What anybody else may write here: suggestions only."""
    return Written({name: some(form, name) for name in (SUGGESTED_NEEDS, SUGGESTED_CATALOGUE)})
