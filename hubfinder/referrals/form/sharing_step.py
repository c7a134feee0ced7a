"""The step about sharing: what the family agrees to, or why somebody asks who cannot say that for them."""

from collections.abc import Callable, Mapping

from flask_babel import LazyString, lazy_gettext

from hubfinder.referrals.answers import speaks_for_family
from hubfinder.referrals.form.fields import SOME_WORDS, Answers, Field, Kind, OtherWords, Step
from hubfinder.referrals.form.safe_steps import asked_by
from hubfinder.referrals.sharing import THEIR_GROUPS, THEIR_PARTNERS, Group, Partner

TITLE = lazy_gettext("What we may share")
OWN_PARTNERS: Mapping[Partner, LazyString | str] = {partner: partner.label for partner in Partner}
AT_SCHOOL = {**OWN_PARTNERS, Partner.SCHOOL: lazy_gettext("Your school or college")}
OWN_GROUPS: Mapping[Group, LazyString | str] = {group: group.label for group in Group}
is_professional = asked_by("professional")


def is_for_family(answers: Answers) -> bool:
    """Whether somebody who works with a family can say what it agrees to."""
    return is_professional(answers) and speaks_for_family(answers)


def is_not_known(answers: Answers) -> bool:
    """Whether nobody asked the family, or not all of it: it has agreed to nothing."""
    return not speaks_for_family(answers)


def lacks_consent(answers: Answers) -> bool:
    """Somebody who works with a family asks without it: that is no obstacle, but the reason is kept."""
    return is_professional(answers) and not (is_for_family(answers) and answers.get("share_with"))


def _share_with(
    partners: Mapping[Partner, LazyString | str], hint: LazyString, applies: Callable[[Answers], bool]
) -> Field:
    """With whom a story may be shared, in the words for whoever asks."""
    return Field(
        "share_with",
        Kind.MANY,
        lazy_gettext("Who may read it, if they can help?"),
        hint,
        options={partner.value: words for partner, words in partners.items()},
        applies=applies,
    )


def _share_what(
    groups: Mapping[Group, LazyString | str], hint: LazyString, applies: Callable[[Answers], bool]
) -> Field:
    """What of it, in the words for whoever asks."""
    return Field(
        "share_what",
        Kind.MANY,
        lazy_gettext("What may they read?"),
        hint,
        options={group.value: words for group, words in groups.items()},
        missing=lazy_gettext("Tick what they may read, or nobody above"),
        is_needed=lambda answers: bool(answers.get("share_with")),
        applies=applies,
    )


NOBODY = lazy_gettext("Tick nobody, and only the council’s front door reads it.")
SHARING = Step(
    "sharing",
    TITLE,
    (
        _share_with(OWN_PARTNERS, NOBODY, asked_by("family")),
        _share_with(AT_SCHOOL, NOBODY, asked_by("young_person")),
        _share_with(THEIR_PARTNERS, lazy_gettext("Tick only what the family agreed to."), is_for_family),
        _share_what(
            OWN_GROUPS,
            lazy_gettext("How to reach you safely always goes with it."),
            asked_by("family", "young_person"),
        ),
        _share_what(
            THEIR_GROUPS,
            lazy_gettext("How to reach the family safely always goes with it."),
            is_for_family,
        ),
        Field(
            "no_consent_why",
            Kind.WORDS,
            lazy_gettext("If the family has not agreed, why do you ask?"),
            lazy_gettext("A worry about safety is reason enough."),
            missing=lazy_gettext("Say why you ask without their agreement"),
            longest=SOME_WORDS,
            is_needed=lacks_consent,
            applies=is_professional,
        ),
    ),
    (
        lazy_gettext(
            "If you agree, your story goes with you to whoever helps, so that nobody asks you again. "
            "You can change your mind at any time."
        ),
        lazy_gettext(
            "If somebody is in serious danger, we may have to tell others even without your agreement. "
            "We tell you first if that is safe."
        ),
    ),
    other=(
        OtherWords(
            is_not_known,
            TITLE,
            (
                lazy_gettext(
                    "Not all of the family know that you ask, so nobody has agreed to share. Only the "
                    "council’s front door reads it. Others read it if somebody’s safety needs that."
                ),
            ),
        ),
        OtherWords(
            is_for_family,
            TITLE,
            (
                lazy_gettext(
                    "If the family agrees, what you write goes to whoever helps, so that nobody asks again. "
                    "The family can change its mind at any time."
                ),
                lazy_gettext(
                    "If somebody is in serious danger, we may have to tell others even without the family’s "
                    "agreement. We tell the family first if that is safe."
                ),
            ),
        ),
    ),
)
