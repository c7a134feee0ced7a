"""Searches that speak of violence, harm or danger are recognised, and others are not."""

import csv
from pathlib import Path

import pytest

from hubfinder.search.concerns import ConcernsUnreadable, read_concerns
from hubfinder.settings import PROJECT

FOLDER = PROJECT / "seeds" / "concerns"
CONCERNS = read_concerns(FOLDER)


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("my partner hits me", "violence"),
        ("he hits me", "violence"),
        ("my husband keeps threatening us", "violence"),
        ("my girlfriend punches me when she drinks", "violence"),
        ("scared of my boyfriend", "violence"),
        ("boyfriend wont let me see my friends", "violence"),
        ("domestic violence", "violence"),
        ("womens refuge", "violence"),
        ("coercive control", "violence"),
        ("leaving an abusive husband", "violence"),
        ("my daughter is self harming", "harm-to-self"),
        ("my son is cutting himself", "harm-to-self"),
        ("i want to die", "harm-to-self"),
        ("dont want to live any more", "harm-to-self"),
        ("suicidal teenager", "harm-to-self"),
        ("I can't go on", "harm-to-self"),
        ("she took too many tablets", "harm-to-self"),
        ("i think a child is being hurt", "child-harmed"),
        ("neighbours kids neglected", "child-harmed"),
        ("report child abuse", "child-harmed"),
        ("my dad hits me", "child-asks"),
        ("scared to go home", "child-asks"),
        ("my stepdad hits my mum", "child-asks"),
        ("i was raped", "sexual"),
        ("my daughter is being groomed online", "sexual"),
        ("forced marriage", "forced"),
        ("worried my sister will be cut in somalia", "forced"),
        ("county lines", "exploited"),
        ("my son is carrying a knife", "exploited"),
        ("teenager keeps running away", "missing"),
        ("my son has gone missing", "missing"),
        ("my son hits me", "violent-child"),
        ("violent outbursts", "violent-child"),
        ("i might hurt my baby", "may-harm"),
        ("i hit my wife", "may-harm"),
        ("baby stopped breathing", "ill-now"),
        ("przemoc w rodzinie", "violence"),
        ("mąż mnie bije", "violence"),
        ("chcę umrzeć", "harm-to-self"),
        ("soțul mă bate", "violence"),
        ("شوہر مارتا ہے", "violence"),
        ("زوجي يضربني", "violence"),
        ("স্বামী আমাকে মারে", "violence"),
        ("ਪਤੀ ਮੈਨੂੰ ਕੁੱਟਦਾ ਹੈ", "violence"),
        ("ninkaygu way i garaacaa", "violence"),
        ("meu marido me bate", "violence"),
        ("violência doméstica", "violence"),
        ("чоловік мене б'є", "violence"),
        ("муж бьёт меня", "violence"),
        ("kocam beni dövüyor", "violence"),
        ("intihar", "harm-to-self"),
        ("mi marido me pega", "violence"),
        ("je veux mourir", "harm-to-self"),
        ("i want to kill myself", "harm-to-self"),
        ("my son says he wants to kill himself", "harm-to-self"),
        ("i dont want to be here anymore", "harm-to-self"),
        ("i cant cope anymore", "harm-to-self"),
        ("hubby keeps slapping me about", "violence"),
        ("the wife is beating me up", "violence"),
        ("my ex keeps following me", "violence"),
        ("he controls everything I do", "violence"),
        ("someone is hurting my baby", "child-harmed"),
        ("my stepdad comes in my room at night", "sexual"),
        ("they want to marry me off in pakistan", "forced"),
        ("my 14 year old has not come home", "missing"),
        ("мене б'є чоловік", "violence"),
        ("mio marito mi picchia", "violence"),
        ("mein Mann schlägt mich", "violence"),
        ("मेरा पति मुझे मारता है", "violence"),
        ("شوهرم مرا کتک می‌زند", "violence"),
        ("می‌خواهم بمیرم", "harm-to-self"),
    ],
)
def test_harm_is_recognised(text: str, concern: str) -> None:
    found = CONCERNS.of(text)
    assert found
    assert found[0].key == concern


@pytest.mark.parametrize(
    "text",
    [
        "baby wont sleep",
        "free school meals",
        "hit songs for kids",
        "cutting costs",
        "hair cuts for children",
        "kill time in the holidays",
        "running club",
        "missing school",
        "self help books",
        "death of a parent",
        "end of life care",
        "my ex won't pay anything for the kids",
        "we argue all the time in front of the kids",
        "carrying baby in a sling",
        "i cant go on holiday",
        "toddler hitting other children",
        "my husband lost his job",
        "child car seat fitting",
        "sleep training",
        "family support worker",
        "can't sleep",
        "danger of social media",
        "what to do when I cant cope with bills",
        "he has not been back to school",
        "our club controls noise",
        "cant go on the trip",
    ],
)
def test_other_searches_are_not(text: str) -> None:
    assert CONCERNS.of(text) == ()


def test_what_says_more_comes_first() -> None:
    assert [one.key for one in CONCERNS.of("my son hits me and i want to die")] == [
        "harm-to-self",
        "violent-child",
    ]


def test_the_corrected_words_count_too() -> None:
    assert CONCERNS.of("my partnar hits me", "my partner hits me")[0].key == "violence"


def test_every_line_to_ring_is_a_national_line_somebody_checked() -> None:
    with (PROJECT / "seeds" / "national_help.csv").open(encoding="utf-8", newline="") as file:
        known = {row["key"]: row for row in csv.DictReader(file)}
    for concern in CONCERNS.known.values():
        assert set(concern.lines) <= set(known)
        assert any(known[key]["confidence"] != "unsure" and known[key]["telephone"] for key in concern.lines)


def test_every_concern_is_said_in_english_and_violence_in_every_language_of_the_thesaurus() -> None:
    with (FOLDER / "phrases.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["concern"] for row in rows if row["language"] == "en"} == set(CONCERNS.known)
    for concern in ("violence", "harm-to-self", "forced"):
        spoken = {row["language"] for row in rows if row["concern"] == concern}
        wanted = {"pl", "ro", "ur", "bn", "ar", "pa", "so", "pt", "tr"}
        assert wanted - spoken == set(), concern
    with (PROJECT / "seeds" / "thesaurus" / "languages.csv").open(encoding="utf-8", newline="") as file:
        languages = {row["code"] for row in csv.DictReader(file)}
    for concern in ("violence", "harm-to-self"):
        assert languages <= {row["language"] for row in rows if row["concern"] == concern}, concern


def test_a_mistake_names_file_and_row(tmp_path: Path) -> None:
    (tmp_path / "concerns.csv").write_text("concern,heading,text,lines\nviolence,Help,Text,samaritans\n")
    (tmp_path / "phrases.csv").write_text("phrase,concern,language\nhits me,violense,en\n")
    with pytest.raises(ConcernsUnreadable, match=r"phrases\.csv, row 2, concern"):
        read_concerns(tmp_path)
