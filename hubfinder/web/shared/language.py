"""Languages of the pages: English at the bare address, others under ``/pl/...``; only the address decides."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from markupsafe import Markup
from werkzeug.routing import BaseConverter, Map

from hubfinder.display.language import DEFAULT, KNOWN, Language, current, speak
from hubfinder.settings import Settings

_PLAIN, _ENGLISH, _ENGLISH_IN_RTL = Markup(""), Markup(' lang="en"'), Markup(' lang="en" dir="ltr"')


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """This page in another language."""

    language: Language
    href: str
    current: bool


class LanguageConverter(BaseConverter):
    """The first part of an address, where it is one of the languages of this instance."""

    codes: tuple[str, ...] = (DEFAULT,)

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = "|".join(self.codes)


class FamilyLanguageConverter(LanguageConverter):
    """The same on pages that are there in every language of the sheets, whatever the instance offers else."""

    codes = tuple(KNOWN)


def init_app(app: Flask, settings: Settings) -> None:
    """Offer the languages of the settings.

    Raises:
        ValueError: the settings name a language that has no translation here.
    """
    there = [language.code for language in KNOWN.values() if language.has_pages]
    unknown = [code for code in settings.languages if code not in there]
    if unknown or DEFAULT not in settings.languages:
        raise ValueError(f"HUBFINDER_LANGUAGES must hold {DEFAULT} and only these: {', '.join(there)}")
    app.extensions["languages"] = tuple(KNOWN[code] for code in settings.languages)
    converter = type("OfferedLanguage", (LanguageConverter,), {"codes": settings.languages})
    app.url_map.converters.update(language=converter, family_language=FamilyLanguageConverter)
    app.url_value_preprocessor(_take)
    app.url_defaults(_keep)
    app.teardown_request(_forget)
    app.context_processor(_for_templates)
    app.jinja_env.globals.update(
        in_english=in_english, language_links=links, is_only_in_english=is_only_in_english
    )


def links() -> tuple[LanguageLink, ...]:
    """This page in every language it is there in."""
    here = current()
    offered = (request.endpoint and _languages_of(request.endpoint)) or _offered()
    return tuple(LanguageLink(language, _address_in(language), language is here) for language in offered)


def _offered() -> tuple[Language, ...]:
    offered: tuple[Language, ...] = current_app.extensions["languages"]
    return offered


def _of_address() -> Language:
    """The language an address is in although no page stands there, so that "not found" is readable too."""
    first = request.path.split("/", 2)[1]
    return KNOWN.get(first, KNOWN[DEFAULT])


def _address_in(language: Language) -> str:
    endpoint = request.endpoint
    if endpoint is None or not _languages_of(endpoint):
        return url_for("public.start", lang=language.code)
    values: dict[str, Any] = {**(request.view_args or {}), "lang": language.code}
    query = request.query_string.decode("ascii", "replace")
    return url_for(endpoint, **values) + (f"?{query}" if query else "")


def _languages_of(endpoint: str) -> tuple[Language, ...]:
    """The languages of a page; none of one that is not translated. Asked for every link, so it is kept."""
    known: dict[str, tuple[Language, ...]] = current_app.extensions.setdefault("languages_of_endpoints", {})
    if endpoint not in known:
        rules = [rule.rule for rule in current_app.url_map.iter_rules(endpoint)]
        if any("<family_language:lang>" in rule for rule in rules):
            known[endpoint] = tuple(KNOWN.values())
        else:
            known[endpoint] = _offered() if any("<language:lang>" in rule for rule in rules) else ()
    return known[endpoint]


def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The view gets no ``lang``: whoever shows something asks ``current``."""
    speak(KNOWN[values.pop("lang")] if values and "lang" in values else _of_address())


def _forget(_error: BaseException | None) -> None:
    speak(KNOWN[DEFAULT])


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    """Links lead to pages in the same language; to English ones where a page is not there in it."""
    offered = () if "lang" in values else _languages_of(endpoint)
    if offered:
        values["lang"] = current().code if current() in offered else DEFAULT


def in_english() -> Markup:
    """The attributes of an element whose words stay English: none needed on an English page."""
    language = current()
    if language.code == DEFAULT:
        return _PLAIN
    return _ENGLISH if language.direction == "ltr" else _ENGLISH_IN_RTL


def is_only_in_english(endpoint: str) -> bool:
    """Whether a link to this page leads out of the language of the page it stands on."""
    offered = _languages_of(endpoint)
    return bool(offered) and current().code != DEFAULT and current() not in offered


def _for_templates() -> dict[str, object]:
    return {"language": current()}
