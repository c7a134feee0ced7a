"""The steps about how to get in touch: each way is safe only where somebody says so."""

from collections.abc import Callable
from dataclasses import replace

from flask_babel import LazyString, lazy_gettext

from hubfinder.referrals.form import words
from hubfinder.referrals.form.fields import LONG_LINE, SOME_WORDS, Answers, Field, Kind, Step

SAY_WHO = lazy_gettext("May we say that we are from the council?")
SAY_WHO_HINT = lazy_gettext("If you say no, or leave it out, we name nobody.")


def may_contact(answers: Answers) -> bool:
    return answers.get("contact_ok") == "yes"


def asked_by(*who: str) -> Callable[[Answers], bool]:
    """Whether one of these asks; whoever did not say asks for their own family."""
    return lambda answers: (answers.get("who") or "family") in who


def asked_of(field: Field, *who: str, **words: LazyString) -> Field:
    """A question for these alone, with a label or a hint of their own."""
    return replace(field, applies=asked_by(*who), **words)


def _contact(label: LazyString, hint: LazyString, *who: str) -> Field:
    """Whether we may get in touch at all, in the words for whoever asks."""
    missing = lazy_gettext("Choose an answer")
    applies = asked_by(*who)
    return Field(
        "contact_ok", Kind.CHOICE, label, hint, options=words.YES_NO, missing=missing, applies=applies
    )


def reached_by(way: str) -> Callable[[Answers], bool]:
    """Whether they want to be reached this way at all."""
    return lambda answers: may_contact(answers) and way in (answers.get("ways") or ())


def _yes_no(name: str, label: LazyString, hint: LazyString | None = None) -> Field:
    return Field(name, Kind.CHOICE, label, hint, options=words.YES_NO)


IF_NOT = lazy_gettext("If not, you can still see what happens, with your reference and code.")
UNKNOWN = lazy_gettext("What you do not answer counts as not safe. Think of who else sees or hears it.")
SAFE_STEPS = (
    Step(
        "contact",
        lazy_gettext("How we can get in touch"),
        (
            _contact(
                lazy_gettext("May we get in touch with you about this?"), IF_NOT, "family", "young_person"
            ),
            _contact(
                lazy_gettext("May we get in touch with the family about this?"),
                lazy_gettext(
                    "Messages go to your email at work. We get in touch with the family only if all of them "
                    "know that you ask. If not, we ring you first."
                ),
                "professional",
            ),
            Field(
                "ways",
                Kind.MANY,
                lazy_gettext("How?"),
                options=words.WAYS,
                missing=lazy_gettext("Tick at least one way, or say no above"),
                is_needed=may_contact,
            ),
            Field(
                "home_knows",
                Kind.CHOICE,
                lazy_gettext("Does somebody at home know that you ask?"),
                options=words.YES_NO,
                applies=asked_by("young_person"),
            ),
            Field(
                "home_ok",
                Kind.CHOICE,
                lazy_gettext("May we talk to somebody at home about it?"),
                lazy_gettext(
                    "If you leave it out, that means no. "
                    "Only if somebody is in serious danger may we have to tell others."
                ),
                options=words.YES_NO,
                applies=asked_by("young_person"),
            ),
        ),
        (UNKNOWN,),
    ),
    Step(
        "telephone",
        lazy_gettext("By telephone"),
        (
            Field(
                "telephone",
                Kind.TELEPHONE,
                lazy_gettext("Telephone number"),
                missing=lazy_gettext("Type a telephone number"),
                autocomplete="tel",
            ),
            _yes_no("telephone_call", lazy_gettext("Is it safe to call?")),
            _yes_no("telephone_text", lazy_gettext("Is it safe to send a text message?")),
            _yes_no("telephone_voicemail", lazy_gettext("Is it safe to leave a message?")),
            _yes_no("telephone_say_who", SAY_WHO, SAY_WHO_HINT),
            Field(
                "telephone_when",
                Kind.MANY,
                lazy_gettext("When is it safe to call or text?"),
                lazy_gettext("If you tick nothing, only from 9 in the morning until 5 in the afternoon."),
                options=words.TIMES,
            ),
            Field("telephone_ask_for", Kind.LINE, lazy_gettext("Who should we ask for?")),
        ),
        (UNKNOWN,),
        applies=reached_by("telephone"),
    ),
    Step(
        "email",
        lazy_gettext("By email"),
        (
            Field(
                "email",
                Kind.EMAIL,
                lazy_gettext("Email address"),
                missing=lazy_gettext("Type an email address like name@example.org"),
                longest=LONG_LINE,
                autocomplete="email",
            ),
            _yes_no("email_write", lazy_gettext("Is it safe to write there?")),
            _yes_no("email_say_who", SAY_WHO, SAY_WHO_HINT),
        ),
        (UNKNOWN,),
        applies=reached_by("email"),
    ),
    Step(
        "letter",
        lazy_gettext("By letter"),
        (
            Field(
                "letter_address",
                Kind.WORDS,
                lazy_gettext("Name and address"),
                missing=lazy_gettext("Type a name and an address"),
                longest=SOME_WORDS,
                autocomplete="street-address",
            ),
            Field("letter_postcode", Kind.POSTCODE, lazy_gettext("Postcode"), autocomplete="postal-code"),
            _yes_no("letter_write", lazy_gettext("Is it safe to write there?")),
            _yes_no("letter_say_who", SAY_WHO, SAY_WHO_HINT),
        ),
        (UNKNOWN,),
        applies=reached_by("letter"),
    ),
)
