"""The steps of the form, in their order. ``journey`` alone decides which comes next."""

from collections.abc import Callable

from flask_babel import lazy_gettext

from hubfinder.referrals.form import words
from hubfinder.referrals.form.fields import (
    LONG_LINE,
    MANY_WORDS,
    SOME_WORDS,
    Answers,
    Field,
    Kind,
    OtherWords,
    Step,
)
from hubfinder.referrals.form.safe_steps import SAFE_STEPS, asked_by, asked_of
from hubfinder.referrals.form.sharing_step import SHARING, is_professional

CHOOSE = lazy_gettext("Choose an answer")


def has_children(answers: Answers) -> bool:
    people = answers.get("people") or ()
    return answers.get("who") == "young_person" or any(one.get("kind") != "adult" for one in people)


def may_be_danger(answers: Answers) -> bool:
    return answers.get("danger") in ("yes", "unsure")


def _says(name: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name) in values


POSTCODE = Field(
    "postcode",
    Kind.POSTCODE,
    lazy_gettext("Postcode"),
    lazy_gettext("We use it to find your family hub."),
    missing=lazy_gettext("Type a postcode, or say that there is none"),
    is_needed=lambda answers: answers.get("no_address") != "yes",
    autocomplete="postal-code",
)
INTERPRETER = Field(
    "interpreter",
    Kind.CHOICE,
    lazy_gettext("Do you need an interpreter?"),
    options=words.YES_NO,
    missing=CHOOSE,
)
MATTERS = Field(
    "child_matters",
    Kind.WORDS,
    lazy_gettext("What matters most to them?"),
    longest=SOME_WORDS,
)
MATTERS_TO_YOU = lazy_gettext("What matters most to you?")
MEMBER = Step(
    "people",
    lazy_gettext("Somebody in the family"),
    (
        Field("kind", Kind.CHOICE, lazy_gettext("Who is this?"), options=words.KINDS, missing=CHOOSE),
        Field(
            "name",
            Kind.LINE,
            lazy_gettext("Name"),
            lazy_gettext("First and last name, or what we should say"),
            missing=lazy_gettext("Type a name, or what we should say"),
            is_needed=lambda row: row.get("kind") != "unborn",
        ),
        Field(
            "born",
            Kind.DAY,
            lazy_gettext("Date of birth, or the date the baby is due"),
            lazy_gettext(
                "For example, 27 3 2019. The year alone is enough. Leave it empty if you do not know."
            ),
        ),
        Field("relation", Kind.SELECT, lazy_gettext("What they are in the family"), options=words.RELATIONS),
        Field("is_asking", Kind.TICK, lazy_gettext("This is me")),
    ),
)
HELPER = Step(
    "helpers",
    lazy_gettext("Somebody who helps already"),
    (
        Field("name", Kind.LINE, lazy_gettext("Name"), missing=lazy_gettext("Type a name")),
        Field("role", Kind.LINE, lazy_gettext("What they do"), lazy_gettext("For example, health visitor")),
        Field("organization", Kind.LINE, lazy_gettext("Where they work")),
        Field("telephone", Kind.TELEPHONE, lazy_gettext("Telephone number")),
    ),
)
ROWS = {"people": MEMBER, "helpers": HELPER}
"""Answers that are lists: the page of one of them."""
MOST_ROWS = 20

STEPS = (
    Step(
        "danger",
        lazy_gettext("Is someone in danger now?"),
        (
            Field(
                "danger",
                Kind.CHOICE,
                lazy_gettext("Is someone in danger now?"),
                options=words.DANGER,
                missing=CHOOSE,
            ),
        ),
    ),
    Step(
        "now",
        lazy_gettext("Do not wait for us"),
        applies=may_be_danger,
    ),
    Step(
        "who",
        lazy_gettext("Who is asking?"),
        (Field("who", Kind.CHOICE, lazy_gettext("Who is asking?"), options=words.WHO, missing=CHOOSE),),
    ),
    Step(
        "professional",
        lazy_gettext("About you and your work"),
        (
            Field(
                "pro_name",
                Kind.LINE,
                lazy_gettext("Your name"),
                missing=lazy_gettext("Type your name"),
                autocomplete="name",
            ),
            Field(
                "pro_role",
                Kind.SELECT,
                lazy_gettext("Your work"),
                options=words.PROFESSIONS,
                missing=CHOOSE,
            ),
            Field(
                "pro_organization",
                Kind.LINE,
                lazy_gettext("Where you work"),
                missing=lazy_gettext("Type where you work"),
                autocomplete="organization",
            ),
            Field(
                "pro_telephone",
                Kind.TELEPHONE,
                lazy_gettext("Your telephone number at work"),
                missing=lazy_gettext("Type a telephone number"),
                autocomplete="tel",
            ),
            Field(
                "pro_email",
                Kind.EMAIL,
                lazy_gettext("Your email address at work"),
                lazy_gettext("We write there when there is news, but not what it is about."),
                longest=LONG_LINE,
                autocomplete="email",
            ),
            Field(
                "family_knows",
                Kind.CHOICE,
                lazy_gettext("Does the family know that you ask?"),
                options=words.FAMILY_KNOWS,
                missing=CHOOSE,
            ),
            Field(
                "family_not_told_why",
                Kind.WORDS,
                lazy_gettext("If they do not all know, why not?"),
                lazy_gettext("You can ask for help without telling them if telling them is not safe."),
                missing=lazy_gettext("Say why they do not all know"),
                longest=SOME_WORDS,
                is_needed=_says("family_knows", "partly", "no"),
            ),
        ),
        applies=is_professional,
    ),
    Step(
        "people",
        lazy_gettext("Who is in the family?"),
        (
            Field(
                "people",
                Kind.MEMBERS,
                lazy_gettext("Who is in the family?"),
                missing=lazy_gettext("Add at least one person"),
            ),
        ),
        (lazy_gettext("Start with the person who needs help. Say only what you know."),),
    ),
    Step(
        "home",
        lazy_gettext("Where the family lives"),
        (
            asked_of(POSTCODE, "family", "young_person"),
            asked_of(POSTCODE, "professional", hint=lazy_gettext("We use it to find their family hub.")),
            Field(
                "no_address",
                Kind.TICK,
                lazy_gettext("There is no fixed address, or it is safer not to say"),
            ),
        ),
    ),
    Step(
        "language",
        lazy_gettext("Languages, and what would make it easier"),
        (
            Field("languages", Kind.LANGUAGES, lazy_gettext("Which languages does the family speak?")),
            asked_of(INTERPRETER, "family", "young_person"),
            asked_of(INTERPRETER, "professional", label=lazy_gettext("Does the family need an interpreter?")),
            Field(
                "access",
                Kind.MANY,
                lazy_gettext("What would make it easier to take part?"),
                options=words.ACCESS,
            ),
            Field(
                "access_more",
                Kind.WORDS,
                lazy_gettext("Anything else that would make it easier"),
                longest=SOME_WORDS,
            ),
        ),
    ),
    Step(
        "helpers",
        lazy_gettext("Who helps already?"),
        (Field("helpers", Kind.MEMBERS, lazy_gettext("Who helps already?")),),
        (
            lazy_gettext(
                "A teacher, a health visitor, a key worker, a friend. "
                "Then nobody asks you again. You can leave this out."
            ),
        ),
    ),
    Step(
        "story",
        lazy_gettext("What is happening?"),
        (
            Field(
                "story",
                Kind.WORDS,
                lazy_gettext("What is happening?"),
                lazy_gettext("Use your own words. A few lines are enough."),
                missing=lazy_gettext("Say in a few words what is happening"),
                longest=MANY_WORDS,
            ),
            Field(
                "wanted",
                Kind.WORDS,
                lazy_gettext("What would help?"),
                lazy_gettext("You do not have to know. You do not have to choose a service."),
                longest=SOME_WORDS,
            ),
        ),
    ),
    Step(
        "needs",
        lazy_gettext("What is it about?"),
        (
            Field("needs", Kind.NEEDS, lazy_gettext("What is it about?")),
            Field(
                "tried",
                Kind.WORDS,
                lazy_gettext("What has been tried already?"),
                longest=SOME_WORDS,
            ),
        ),
    ),
    Step(
        "child",
        lazy_gettext("What matters most to the child or young person"),
        (
            asked_of(MATTERS, "family", "professional"),
            asked_of(MATTERS, "young_person", label=MATTERS_TO_YOU),
            Field(
                "child_words",
                Kind.WORDS,
                lazy_gettext("In their own words, if they want to say something"),
                lazy_gettext("They can write here themselves."),
                longest=SOME_WORDS,
                applies=asked_by("family", "professional"),
            ),
        ),
        applies=has_children,
        other=(OtherWords(asked_by("young_person"), MATTERS_TO_YOU),),
    ),
    *SAFE_STEPS,
    SHARING,
)
OF_KEY = {step.key: step for step in STEPS}
