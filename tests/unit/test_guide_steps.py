"""The guided route as data, and the router that decides what comes next."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubfinder.settings import PROJECT
from hubfinder.web.public.guide_steps import Journey, Step, next_step, read_guide
from hubfinder.yaml_files import FileRefused

SEEDS = PROJECT / "seeds"
LONGEST = 4
"""Questions in a row: nobody stays for more."""


@pytest.fixture(scope="module")
def journey() -> Journey:
    return read_guide(SEEDS)


def ways(journey: Journey, given: dict[str, str]) -> Iterator[tuple[dict[str, str], str | None]]:
    """Every way through the route from some answers on, with where it ends."""
    step = next_step(journey, given)
    if not isinstance(step, Step):
        yield given, step
    elif step.place:
        yield from ways(journey, {**given, step.key: "ZA1 4QT"})
    else:
        for option in step.options():
            yield from ways(journey, {**given, step.key: option.key})


def test_every_way_ends_after_a_few_questions_with_something_to_look_for(journey: Journey) -> None:
    for given, end in ways(journey, {}):
        assert len(given) <= LONGEST, given
        looked_for = [choice for _, choice in journey.chosen(given) if choice.search or choice.needs]
        assert end or looked_for, given


def test_every_step_is_reached(journey: Journey) -> None:
    reached = {id(step) for given, _ in ways(journey, {}) for step in journey.asked(given)}
    assert reached == {id(step) for step in journey.steps}


def test_who_is_hurt_or_frightened_leaves_at_once_for_the_safety_page(journey: Journey) -> None:
    assert next_step(journey, {"what": "safe"}) == "safety"
    assert next_step(journey, {"what": "safe", "place": "ZA1 4QT"}) == "safety"
    assert next_step(journey, {"what": "apart", "more": "afraid"}) == "safety"
    assert next_step(journey, {"what": "teenager", "more": "harm", "age": "15"}) == "talk"


def test_who_expects_a_baby_is_not_asked_how_old_it_is(journey: Journey) -> None:
    keys = [step.key for step in journey.asked({"what": "baby-coming", "more": "midwife"})]
    assert keys == ["what", "more", "place"]


def test_a_follow_up_belongs_to_the_answer_before_it(journey: Journey) -> None:
    baby = journey.step("more", {"what": "new-baby"})
    assert baby is not None
    assert baby.choice("feeding") is not None
    assert journey.step("more", {"what": "prison"}) is None


def test_answers_that_do_not_belong_together_are_dropped(journey: Journey) -> None:
    assert journey.read({"what": "money", "more": "feeding", "age": "2"}) == {"what": "money", "age": "2"}
    assert journey.read({"what": "prison", "more": "debt"}) == {"what": "prison"}
    assert journey.read({"what": "nothing", "age": "2"}) == {}


def test_an_empty_place_is_an_answer_only_after_others(journey: Journey) -> None:
    assert journey.read({"place": ""}) == {}
    assert journey.read({"place": "ZA1 4QT"}) == {"place": "ZA1 4QT"}
    assert journey.read({"what": "prison", "place": ""}) == {"what": "prison", "place": ""}


STEPS = """
steps:
  - key: what
    question: What?
    missing: Choose one
    choices:
      - {key: money, words: Money, needs: [money]}
  - key: place
    question: Where?
    place: true
"""


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("needs: [money]", "needs: [gold]", "steps[1].choices: money: there is no need gold"),
        ("needs: [money]", "needs: money", "steps[1].choices[1].needs"),
        (", needs: [money]", "", "what: money: needs one of search, needs and leads_to"),
        ("missing: Choose one", "hint: Choose one", "steps[1]: missing: needs a sentence"),
        ("question: What?", 'question: {pl: "Co?"}', "steps[1].question: needs the sentence in English"),
        ("question: What?", "queston: What?", "steps[1].queston: Extra inputs"),
        ("place: true", "ages: {from: 0, to: 5}\n    missing: Choose", "the last step, and no other"),
        ("place: true", "place: true\n    when: {what: [gold]}", "no step before it has what: gold"),
        ("key: what\n", "key: what\n    when: {place: [x]}\n", "the first step must have choices"),
        ("question: Where?", "question: Where?\n    question: When?", "question is given twice"),
        ("  - key: place", "  - [key", "line"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_field(
    tmp_path: Path, was: str, now: str, said: str
) -> None:
    (tmp_path / "needs.csv").write_text("key\nmoney\n")
    assert was in STEPS
    (tmp_path / "guide.yaml").write_text(STEPS.replace(was, now))
    with pytest.raises(FileRefused) as refused:
        read_guide(tmp_path)
    assert said in str(refused.value)
    assert str(tmp_path / "guide.yaml") in str(refused.value)


def test_the_smallest_route_is_taken(tmp_path: Path) -> None:
    (tmp_path / "needs.csv").write_text("key\nmoney\n")
    (tmp_path / "guide.yaml").write_text(STEPS)
    assert [step.key for step in read_guide(tmp_path).steps] == ["what", "place"]
