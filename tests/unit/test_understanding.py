"""What somebody types is understood: words in any script, meaning, language, spelling, age."""

from pathlib import Path

import pytest

from hubfinder.search.ages_said import age_said
from hubfinder.search.meanings import Meanings
from hubfinder.search.query import Query, UnitKind
from hubfinder.search.spelling import Speller, is_english
from hubfinder.search.text import fold, light, words_of
from hubfinder.search.thesaurus import ThesaurusUnreadable, read_thesaurus
from hubfinder.search.understanding import Understanding
from hubfinder.settings import PROJECT

CONCEPTS = """concept,name,words,catalogue,needs
catalogue:free-school-meals,Free school meals,school meals,,food
catalogue:child-maintenance,Child maintenance,maintenance,,money
topic:baby-sleep,Baby sleep,sleep; settling,start4life,pregnancy-and-babies
topic:infant-feeding,Feeding a baby,breastfeeding; feeding,start4life,pregnancy-and-babies
catalogue:start4life,Start for Life,baby,,pregnancy-and-babies
"""
PHRASES = """phrase,means,kind,note
free school dinners,catalogue:free-school-meals,everyday,
ex not paying,catalogue:child-maintenance,everyday,
baby wont sleep,topic:baby-sleep,everyday,
sleepless nights with a baby,topic:baby-sleep,symptom,
breast feeding,topic:infant-feeding; catalogue:start4life,everyday,
breastfeeding,topic:infant-feeding; catalogue:start4life,everyday,
csa,catalogue:child-maintenance,old,
"""
POLISH = """phrase,means,kind,note
darmowe posiłki w szkole,catalogue:free-school-meals,official,
dziecko nie śpi,topic:baby-sleep,symptom,
"""


@pytest.fixture
def thesaurus(tmp_path: Path) -> Path:
    (tmp_path / "languages").mkdir()
    (tmp_path / "concepts.csv").write_text(CONCEPTS, "utf-8")
    (tmp_path / "topics.csv").write_text(PHRASES, "utf-8")
    (tmp_path / "languages" / "pl.csv").write_text(POLISH, "utf-8")
    (tmp_path / "fillers.csv").write_text("language,words\nen,find information help\npl,w\n", "utf-8")
    (tmp_path / "not_ours.csv").write_text("phrase,note\nbaby names,\n", "utf-8")
    return tmp_path


@pytest.fixture
def understand(thesaurus: Path) -> Understanding:
    return Understanding(thesaurus, PROJECT / "seeds" / "concerns")


def meant(query: Query) -> list[str]:
    return [meaning.concept for meaning in query.meanings]


def test_words_of_every_script_stay_whole() -> None:
    assert words_of("ਮੁਫ਼ਤ ਖਾਣਾ, বিনামূল্যে!") == ["ਮੁਫ਼ਤ", "ਖਾਣਾ", "বিনামূল্যে"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łódź", "lodz"),
        ("posiłków", "posilkow"),
        ("الأسرة", "الاسره"),
        ("کتاب", "كتاب"),
        ("Çocuğu", "cocugu"),
    ],
)
def test_a_letter_written_two_ways_is_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("posiłki", "posiłków"), ("szkoła", "szkole"), ("الرضاعة", "رضاعة"), ("школе", "школа")],
)
def test_bent_words_begin_alike(one: str, other: str) -> None:
    assert light(one) == light(other)


def test_a_phrase_of_the_thesaurus_is_what_is_meant(understand: Understanding) -> None:
    query = understand("free school dinners")
    assert meant(query)[0] == "catalogue:free-school-meals"
    assert query.meanings[0].strength == 1.0


def test_a_whole_sentence_finds_the_nearest_phrase(understand: Understanding) -> None:
    assert meant(understand("help, my baby just will not sleep at all"))[0] == "topic:baby-sleep"
    assert meant(understand("my ex is not paying anything"))[0] == "catalogue:child-maintenance"


def test_what_is_meant_is_looked_for_with_the_words(understand: Understanding) -> None:
    query = understand("csa")
    concept = next(unit for unit in query.units if unit.kind is UnitKind.CONCEPT)
    assert set(concept.terms) == {
        "about:catalogue:child-maintenance",
        "entry:child-maintenance",
        "delivers:child-maintenance",
        "mainten",
    }
    assert (concept.covers, concept.credit) == ((0,), 1.0)


def test_a_topic_looks_for_its_words_and_its_entries(understand: Understanding) -> None:
    unit = next(u for u in understand("baby sleep").units if u.kind is UnitKind.CONCEPT)
    assert set(unit.terms) == {"about:topic:baby-sleep", "entry:start4life", "settl"}, "sleep was typed"


def test_half_a_phrase_makes_nobody_sure(understand: Understanding) -> None:
    units = [u for u in understand("dinners").units if u.kind is UnitKind.CONCEPT]
    assert all(unit.credit <= 0.3 for unit in units)


def test_another_language_is_understood(understand: Understanding) -> None:
    for text in ("darmowe posiłki w szkole", "DARMOWE POSILKI", "darmowych posiłków w szkołach"):
        query = understand(text)
        assert query.language == "pl"
        assert meant(query)[0] == "catalogue:free-school-meals"


def test_english_words_are_not_taken_for_another_language(understand: Understanding) -> None:
    assert understand("free school bus").language == "en"


def test_words_that_mean_nothing_known_are_only_words(understand: Understanding) -> None:
    query = understand("pottery evening")
    assert meant(query) == []
    assert [word.text for word in query.words] == ["pottery", "evening"]
    assert all(unit.kind is UnitKind.WORD for unit in query.units)


def test_filler_words_weigh_little(understand: Understanding) -> None:
    words = {
        word.text: word.weight for word in understand("where can I find information about pottery").words
    }
    assert words["pottery"] > 2 * max(words["find"], words["information"])


def test_quoted_words_must_stand_together(understand: Understanding) -> None:
    assert understand("“stay and play” tuesday").phrases == (("stay", "play"),)


def test_what_is_not_ours_is_not_believed_to_be_found(understand: Understanding) -> None:
    query = understand("baby names")
    assert [word.weight for word in query.words] == [1.0, 1.0]
    assert not any(unit.covers for unit in query.units)


class TestSpelling:
    def test_an_unknown_word_is_put_right(self, understand: Understanding) -> None:
        query = understand("free scholl dinnerss")
        assert query.corrected == "free school dinners"
        assert [one.typed for one in query.corrections] == ["scholl", "dinnerss"]

    def test_as_typed_leaves_it_alone(self, understand: Understanding) -> None:
        assert not understand("free scholl dinners", as_typed=True).corrections

    @pytest.mark.parametrize("text", ["ZA1 4QT", "NE66 2AB", "st 4scholl", "ask Schol today"])
    def test_postcodes_figures_and_names_are_left_alone(self, understand: Understanding, text: str) -> None:
        assert not understand(text).corrections

    def test_words_of_the_index_are_right(self, understand: Understanding) -> None:
        assert understand("slepp").corrected == "sleep"
        assert not understand("slepp", ("slepp",)).corrections

    def test_a_word_of_the_index_may_be_meant(self, understand: Understanding) -> None:
        assert understand("potery", ("pottery",)).corrected == "pottery"

    def test_english_words_are_right(self, understand: Understanding) -> None:
        assert is_english("sheep")
        assert not understand("sheep").corrections

    def test_a_right_word_may_be_a_slip_inside_a_phrase(self, understand: Understanding) -> None:
        query = understand("brest feeding")
        assert not query.corrections, "Brest is a word"
        assert meant(query)[0] == "topic:infant-feeding"

    def test_words_written_as_one_are_parted(self) -> None:
        speller = Speller(["baby", "sleep", "school"])
        found = speller.correct("babysleep")
        assert found is not None
        assert found.meant == "baby sleep"

    def test_what_sounds_alike_but_looks_like_nothing_is_left_alone(self) -> None:
        speller = Speller(["sccc", "adoption", "they"])
        assert speller.correct("zzzzqqqq") is None
        assert speller.correct("thry") is None, "small words find nothing"
        found = speller.correct("adopshun")
        assert found is not None
        assert found.meant == "adoption"

    def test_short_words_and_other_scripts_are_left_alone(self) -> None:
        speller = Speller(["milk", "sleep"])
        assert speller.correct("mlk") is None
        assert speller.correct("сон") is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("free nursery place for 2 year old", (24, 36)),
        ("my son is 17 and wants to learn a trade", (204, 216)),
        ("I look after my mum and I'm 14", (168, 180)),
        ("18 month old not walking", (18, 19)),
        ("three year old wont talk", (36, 48)),
        ("my 6 week old baby cries", (1, 2)),
        ("activities for a 4yo", (48, 60)),
        ("15 hours", None),
        ("kids 3 year old and 9 years old", None),
        ("year 6 transition", None),
        ("is 30 hours free", None),
    ],
)
def test_an_age_in_the_words(text: str, months: tuple[int, int] | None) -> None:
    assert age_said(text) == months


def test_a_text_names_what_a_whole_phrase_in_it_means(thesaurus: Path) -> None:
    meanings = Meanings(read_thesaurus(thesaurus))
    assert meanings.named_in("Support where a baby won’t sleep, or with breast feeding") == {
        "topic:baby-sleep": 1.0,
        "topic:infant-feeding": 1.0,
        "catalogue:start4life": pytest.approx(0.7225),
    }
    assert meanings.named_in("Baby clinic, with free parking") == {}, "phrases in part"
    assert meanings.named_in("") == {}


class TestMistakesInTheTables:
    def test_a_concept_that_is_not_there(self, thesaurus: Path) -> None:
        with (thesaurus / "topics.csv").open("a") as file:
            file.write("skint,need:mony,slang,\n")
        with pytest.raises(ThesaurusUnreadable, match=r"topics\.csv, row 9, means: .*need:mony"):
            read_thesaurus(thesaurus)

    def test_a_column_that_is_missing(self, thesaurus: Path) -> None:
        (thesaurus / "languages" / "pl.csv").write_text("phrase,kind\nsen,symptom\n")
        with pytest.raises(ThesaurusUnreadable, match=r"pl\.csv, row 2, means"):
            read_thesaurus(thesaurus)

    def test_a_table_that_is_no_text(self, thesaurus: Path) -> None:
        (thesaurus / "topics.csv").write_bytes(b"phrase,means,kind\n\xff\xfe,topic:baby-sleep,x\n")
        with pytest.raises(ThesaurusUnreadable, match=r"topics\.csv"):
            read_thesaurus(thesaurus)
