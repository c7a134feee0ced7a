"""How a footprint lies to those of another kind, in a sentence in the language of the page."""

from collections.abc import Callable, Iterable

from markupsafe import Markup

from hubfinder.display import formats
from hubfinder.display.words import gettext
from hubfinder.places.fitting import Fit, Verdict
from hubfinder.places.overlap import Side
from hubfinder.web.shared.language import in_english

Naming = Callable[[Side], str]
LEAST_TOLD = 0.005
"""A share that would be written as 0%."""


def plainly(side: Side) -> str:
    """A name as it is, for a command."""
    return side.name


def marked_up(side: Side) -> str:
    """A name for a page: names are English in every language."""
    attributes = in_english()
    return (
        Markup("<span{}>{}</span>").format(attributes, side.name) if attributes else Markup.escape(side.name)
    )


def fit_sentence(fit: Fit, name: Naming = marked_up) -> str:
    """One sentence, such as "Mill Lane straddles: 60% Wendbridge, 40% Quayside".

    ``name`` writes a name: marked up for a page, or plainly.
    """
    own = name(fit.side)
    match fit.verdict:
        case Verdict.FITS:
            return _inside(fit, own, name)
        case Verdict.PARTLY:
            part = fit.parts[0]
            words = gettext("%(name)s is partly in %(other)s (%(share)s). The rest is in none of them.")
            return _filled(words, name=own, other=name(part.side), share=formats.percentage(part.share))
        case Verdict.STRADDLES:
            return _filled(gettext("%(name)s straddles: %(parts)s."), name=own, parts=_parts(fit, name))
        case Verdict.OUTSIDE:
            return _filled(gettext("%(name)s is outside all of them."), name=own)


def _inside(fit: Fit, own: str, name: Naming) -> str:
    part = fit.parts[0]
    if formats.percentage(part.share) == formats.percentage(1):
        return _filled(gettext("%(name)s fits inside %(other)s."), name=own, other=name(part.side))
    words = gettext("%(name)s fits inside %(other)s (%(share)s of it).")
    return _filled(words, name=own, other=name(part.side), share=formats.percentage(part.share))


def _parts(fit: Fit, name: Naming) -> str:
    """Every part worth naming, what is in others, and what is in none."""
    words = [
        _filled(gettext("%(share)s %(name)s"), share=formats.percentage(part.share), name=name(part.side))
        for part in fit.named or fit.parts[:1]
    ]
    if fit.rest >= LEAST_TOLD:
        words.append(gettext("%(share)s others", share=formats.percentage(fit.rest)))
    if fit.nowhere >= LEAST_TOLD:
        words.append(gettext("%(share)s in none", share=formats.percentage(fit.nowhere)))
    comma = gettext(", ")
    return Markup.escape(comma).join(words) if _is_for_a_page(words) else comma.join(words)


def _filled(words: str, **gaps: str) -> str:
    """A sentence of ours with its gaps; safe to show where one of them is marked up."""
    return Markup.escape(words) % gaps if _is_for_a_page(gaps.values()) else words % gaps


def _is_for_a_page(parts: Iterable[str]) -> bool:
    return any(isinstance(part, Markup) for part in parts)
