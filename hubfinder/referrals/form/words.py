"""What can be chosen in the form, by code: short, plain, and in ten more languages."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

Options = Mapping[str, LazyString | str]
"""Code to what it is called, in the order in which it is offered."""

YES_NO: Options = {"yes": lazy_gettext("Yes"), "no": lazy_gettext("No")}
UNSURE = lazy_gettext("I am not sure")
DANGER: Options = {"no": YES_NO["no"], "yes": YES_NO["yes"], "unsure": UNSURE}
WHO: Options = {
    "family": lazy_gettext("I ask for myself or my family"),
    "young_person": lazy_gettext("I am a young person"),
    "professional": lazy_gettext("I work with a family"),
}
PROFESSIONS: Options = {
    "health_visitor": lazy_gettext("Health visitor"),
    "midwife": lazy_gettext("Midwife"),
    "doctor": lazy_gettext("Doctor or nurse"),
    "school": lazy_gettext("School or college"),
    "nursery": lazy_gettext("Nursery or childminder"),
    "social_care": lazy_gettext("Social care"),
    "police": lazy_gettext("Police"),
    "housing": lazy_gettext("Housing"),
    "charity": lazy_gettext("Charity or community group"),
    "other": lazy_gettext("Something else"),
}
FAMILY_KNOWS: Options = {
    "yes": YES_NO["yes"],
    "partly": lazy_gettext("Some of them know"),
    "no": YES_NO["no"],
}
KINDS: Options = {
    "child": lazy_gettext("A child or young person"),
    "unborn": lazy_gettext("A baby who is not born yet"),
    "adult": lazy_gettext("An adult"),
}
RELATIONS: Options = {
    "mother": lazy_gettext("Mother"),
    "father": lazy_gettext("Father"),
    "step_parent": lazy_gettext("Step-parent or partner"),
    "grandparent": lazy_gettext("Grandparent"),
    "carer": lazy_gettext("Foster or other carer"),
    "son_or_daughter": lazy_gettext("Son or daughter"),
    "sibling": lazy_gettext("Brother or sister"),
    "other": lazy_gettext("Somebody else"),
}
ACCESS: Options = {
    "step_free": lazy_gettext("A place without steps"),
    "sign_language": lazy_gettext("British Sign Language"),
    "hearing": lazy_gettext("Help to hear"),
    "large_print": lazy_gettext("Large print"),
    "easy_read": lazy_gettext("Easy words and pictures"),
    "quiet": lazy_gettext("A quiet place"),
    "at_home": lazy_gettext("Somebody who comes to the home"),
    "childcare": lazy_gettext("Somebody to look after the children"),
}
WAYS: Options = {
    "telephone": lazy_gettext("Telephone"),
    "email": lazy_gettext("Email"),
    "letter": lazy_gettext("Letter"),
}
TIMES: Options = {
    "morning": lazy_gettext("Mornings"),
    "afternoon": lazy_gettext("Afternoons"),
    "evening": lazy_gettext("Evenings"),
    "school": lazy_gettext("While the children are at school"),
    "any": lazy_gettext("At any time, also at night"),
}
"""When to call."""
