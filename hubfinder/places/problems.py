"""What machines and the command line are told of a place that cannot be used: a code and a sentence."""

from hubfinder.places.values import (
    PlaceAmbiguous,
    PlaceProblem,
    PlaceUnknown,
    PointUnknown,
    PostcodeElsewhere,
    PostcodeMalformed,
    PostcodeUnknown,
    PostcodeWithoutPoint,
)

NATIONS = {
    "S": "Scotland",
    "W": "Wales",
    "N": "Northern Ireland",
    "L": "the Channel Islands",
    "M": "the Isle of Man",
}
SENTENCES: dict[type[PlaceProblem], str] = {
    PostcodeMalformed: "{text} is not a postcode: a full one looks like ZA1 4QT.",
    PostcodeUnknown: "{text} is not among the postcodes that have been imported.",
    PostcodeWithoutPoint: "{text} is a postcode, but the postcode file does not say where it is.",
    PlaceUnknown: "No place called {text} is known here.",
    PointUnknown: "No postcode near {text} is known here.",
}


def code_of(problem: PlaceProblem) -> str:
    """A stable word for each kind of problem: ``postcode_unknown``."""
    name = type(problem).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def sentence_of(problem: PlaceProblem) -> str:
    """What is the matter, in one sentence."""
    if isinstance(problem, PostcodeElsewhere):
        return f"{problem.text} is in {NATIONS[problem.nation]}: this service is about England."
    if isinstance(problem, PlaceAmbiguous):
        choices = "; ".join(
            f"{one.text} ({', '.join(filter(None, (one.label, one.kind, one.detail)))})"
            for one in problem.choices
        )
        return f"{problem.text} could be several places: {choices}."
    if not problem.text.strip():
        return "Which place? Give a postcode such as ZA1 4QT, or the name of a town."
    return SENTENCES[type(problem)].format(text=problem.text)
