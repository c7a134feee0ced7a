"""Collections: the Start for Life offer, the SEND local offer and others, each at an address of its own."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hubfinder.clock import today
from hubfinder.display.seed_words import said
from hubfinder.extensions import db
from hubfinder.places.values import Place
from hubfinder.web.public.blueprint import pages
from hubfinder.web.public.collection_feed import atom
from hubfinder.web.public.collection_sheet import sheet_sections
from hubfinder.web.public.collection_view import all_collections, collection_by_key, collection_view
from hubfinder.web.public.family import whereabouts
from hubfinder.web.public.live import live_around
from hubfinder.web.public.question import Question
from hubfinder.web.shared.access import public_page
from hubfinder.web.shared.errors import existing
from hubfinder.web.shared.place_advice import Advice
from hubfinder.web.shared.place_words import called, note_on
from hubfinder.web.shared.typed import typed_place

ATOM = "application/atom+xml"


@public_page(pages, "/collections")
def collections() -> ResponseReturnValue:
    """All of them. A place in the address goes along to the one that is chosen."""
    question, place, advice = _where()
    listed = [(one.key, said(one.title), said(one.intro)) for one in all_collections()]
    page = render_template("public/collections.html", listed=listed, **_around(question, place, advice))
    return page, advice.status if advice else 200


@public_page(pages, "/collections/<key>")
def collection(key: str) -> ResponseReturnValue:
    found = existing(collection_by_key(key))
    question, place, advice = _where()
    page = render_template(
        "public/collection.html",
        view=collection_view(found, place, question.place if place else ""),
        live=live_around(db.session, place, is_yours=True),
        **_around(question, place, advice),
    )
    return page, advice.status if advice else 200


@public_page(pages, "/collections/<key>/sheet")
def collection_sheet(key: str) -> ResponseReturnValue:
    """For paper. The page of the collection says what is wrong with a place that cannot be used."""
    found = existing(collection_by_key(key))
    question, place, advice = _where()
    if question.place and place is None:
        return redirect(url_for("public.collection", key=key, place=question.place))
    view = collection_view(found, place, question.place)
    return render_template(
        "public/collection_sheet.html",
        view=view,
        sections=sheet_sections(view),
        day=today(),
        **_around(question, place, advice),
    )


@public_page(pages, "/collections/<key>/feed", translated=False)
def collection_feed(key: str) -> ResponseReturnValue:
    """For programs that watch what is new, in Atom."""
    found = existing(collection_by_key(key))
    question, place, _ = _where()
    if question.place:
        existing(place)
    view = collection_view(found, place, question.place)
    return atom(view, question.place, called(place) if place else ""), {
        "Content-Type": f"{ATOM}; charset=utf-8"
    }


def _where() -> tuple[Question, Place | None, Advice | None]:
    """The place in the address, as typed and as found, and what there is to say about it."""
    question = Question(place=typed_place(request.args.get("place", "")))
    return question, *whereabouts(question)


def _around(question: Question, place: Place | None, advice: Advice | None) -> dict[str, object]:
    """What templates say of the place."""
    return {
        "question": question,
        "place": place,
        "near": called(place) if place else "",
        "note": note_on(place) if place else "",
        "errors": {"place": advice.error} if advice and advice.error else {},
        "advice": advice if advice and advice.heading else None,
    }
