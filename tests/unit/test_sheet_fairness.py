"""Fairness: whatever there is room for, the first so many are a fair choice of so many."""

from collections import Counter
from collections.abc import Iterator, Sequence

from hypothesis import given, settings as hypothesis_settings, strategies as st

from hubfinder.sheets.fairness import LEAST_OF_ONE, Candidate, Taken, fairest, most_of_one

TOPICS = ("money", "send", "food", "safety")
candidates = st.lists(
    st.builds(
        Candidate,
        st.lists(st.sampled_from((*TOPICS, "other")), min_size=1, max_size=3, unique=True).map(tuple),
        st.sampled_from(("", "Council", "Charity", "School")),
        st.integers(0, 3),
    ),
    max_size=30,
)


def names(found: Sequence[Taken]) -> list[tuple[int, str]]:
    return [(one.number, one.topic) for one in found]


def test_topics_take_turns_each_with_its_best() -> None:
    some = [Candidate(("money",))] * 4 + [Candidate(("send",))] * 2 + [Candidate(("food",))]
    found = fairest(some, ("food", "money", "send"))
    assert names(found) == [
        (6, "food"),
        (0, "money"),
        (4, "send"),
        (1, "money"),
        (5, "send"),
        (2, "money"),
        (3, "money"),
    ]


def test_in_a_round_a_topic_that_has_something_good_comes_first() -> None:
    some = [Candidate(("food",)), Candidate(("money",), doubt=1), Candidate(("food",), doubt=2)]
    assert names(fairest(some, ("money", "food"))) == [(0, "food"), (1, "money"), (2, "food")]


def test_what_serves_two_topics_counts_for_the_one_that_has_nothing_else() -> None:
    some = [Candidate(("money", "food")), Candidate(("money",)), Candidate(("money",))]
    assert names(fairest(some, ("money", "food"))) == [(1, "money"), (0, "food"), (2, "money")]


def test_what_serves_two_topics_is_not_moved_where_both_have_enough() -> None:
    some = [Candidate(("money", "food")), Candidate(("money",)), Candidate(("food",))]
    assert names(fairest(some, ("money", "food")))[:2] == [(0, "money"), (2, "food")]


def test_no_organization_takes_the_room_of_others() -> None:
    """The council's four are nearest; two of them, or a quarter of what there is, are enough."""
    some = [Candidate(("money",), "Council")] * 4 + [Candidate(("money",), f"Charity {n}") for n in range(4)]
    found = [some[one.number].organization for one in fairest(some, ("money",))]
    assert found[:3] == ["Council", "Council", "Charity 0"]
    assert found.count("Council") == 4
    assert found[-2:] == ["Council", "Council"]


def test_an_organization_alone_may_have_it_all() -> None:
    some = [Candidate(("money",), "Council")] * 9
    assert [one.number for one in fairest(some, ("money",))] == list(range(9))


def test_a_topic_that_only_one_organization_serves_is_there_all_the_same() -> None:
    some = [Candidate((topic,), "Council") for topic in TOPICS] + [Candidate(("money",), "Charity")]
    assert {one.topic for one in fairest(some, TOPICS)[:4]} == set(TOPICS)


def test_of_nothing_nothing_is_taken() -> None:
    assert fairest([], TOPICS) == []
    assert fairest([Candidate(("money",))], ()) == []


@given(candidates)
def test_everything_with_a_topic_is_taken_once_and_for_one_of_its_own(some: list[Candidate]) -> None:
    found = fairest(some, TOPICS)
    wanted = [number for number, one in enumerate(some) if set(one.topics) & set(TOPICS)]
    assert sorted(one.number for one in found) == wanted
    assert all(one.topic in some[one.number].topics for one in found)
    assert found == fairest(some, TOPICS)


@given(candidates)
def test_as_many_topics_as_can_be_are_there_first(some: list[Candidate]) -> None:
    found = fairest(some, TOPICS)
    possible = _most_topics(some)
    first = found[:possible]
    assert len({one.topic for one in first}) == possible


@given(candidates)
@hypothesis_settings(max_examples=200)
def test_no_topic_gets_two_more_than_another_that_could_have_something(some: list[Candidate]) -> None:
    for taken, waiting in _prefixes(fairest(some, TOPICS)):
        of_topic = Counter(one.topic for one in taken)
        for topic in TOPICS:
            if any(topic in some[one.number].topics for one in _unopposed(taken, waiting, some)):
                assert max(of_topic.values()) <= of_topic[topic] + 1


@given(candidates)
@hypothesis_settings(max_examples=200)
def test_no_organization_has_more_than_its_part_while_others_wait(some: list[Candidate]) -> None:
    """But for the first of a topic."""
    for taken, waiting in _prefixes(fairest(some, TOPICS)):
        *before, last = taken
        organization = some[last.number].organization
        has = sum(some[one.number].organization == organization for one in before)
        is_first = all(one.topic != last.topic for one in before)
        if organization and not is_first and has >= most_of_one(len(taken) + len(TOPICS)):
            assert not list(_unopposed(before, waiting, some))


def _prefixes(found: list[Taken]) -> Iterator[tuple[list[Taken], list[Taken]]]:
    """What there is room for, and what waits, for every room there may be."""
    for room in range(1, len(found) + 1):
        yield found[:room], found[room:]


def _unopposed(
    taken: Sequence[Taken], waiting: Sequence[Taken], some: Sequence[Candidate]
) -> Iterator[Taken]:
    """Those waiting of whose organization so little is taken that nobody could mind."""
    of_one = Counter(some[one.number].organization for one in taken)
    for one in waiting:
        organization = some[one.number].organization
        if not organization or of_one[organization] < LEAST_OF_ONE:
            yield one


def _most_topics(some: Sequence[Candidate], topics: tuple[str, ...] = TOPICS) -> int:
    """How many topics can have a thing of their own, by trying everything."""
    if not topics:
        return 0
    best = _most_topics(some, topics[1:])
    for number, one in enumerate(some):
        if topics[0] in one.topics:
            best = max(best, 1 + _most_topics([*some[:number], *some[number + 1 :]], topics[1:]))
            if best == len(topics):
                break
    return best
