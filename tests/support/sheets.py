"""Sheets made up for tests: any number of lines, any language, any paper, without a database."""

from dataclasses import replace
from datetime import date, time

from hubfinder.display.language import KNOWN
from hubfinder.sheets.orders import ScopeKind, ScopeName, SheetOrder
from hubfinder.sheets.values import (
    LABELS,
    FrontDoor,
    Helpline,
    HubBox,
    Line,
    More,
    OpenDay,
    Section,
    Session,
    Sheet,
    SheetMap,
    Text,
    Version,
)

SITE = "https://help.example.org"
ORDER = SheetOrder(ScopeName(ScopeKind.SCHOOL, "990001"))
DAY = date(2026, 11, 22)
TOPICS = ("pregnancy-and-babies", "money", "send", "parenting", "activities")
WORDS = {
    "en": "a health visitor helps you make a plan for calmer nights so bring your baby along",
    "pl": "położna środowiskowa pomaga ułożyć plan spokojniejszych nocy więc zabierz dziecko ze sobą",
    "uk": "патронажна сестра допоможе скласти план для спокійніших ночей візьміть із собою малюка",
    "ur": "صحت کی کارکن پرسکون راتوں کا منصوبہ بنانے میں آپ کی مدد کرتی ہے اپنے بچے کو ساتھ لائیں",
    "ar": "تساعدك الزائرة الصحية على وضع خطة لليال أكثر هدوءا أحضري طفلك معك إلى المركز",
    "bn": "একজন স্বাস্থ্য পরিদর্শক শান্ত রাতের পরিকল্পনা করতে সাহায্য করেন আপনার শিশুকে সঙ্গে আনুন",
    "pa": "ਇੱਕ ਸਿਹਤ ਵਿਜ਼ਟਰ ਸ਼ਾਂਤ ਰਾਤਾਂ ਦੀ ਯੋਜਨਾ ਬਣਾਉਣ ਵਿੱਚ ਮਦਦ ਕਰਦੀ ਹੈ ਆਪਣੇ ਬੱਚੇ ਨੂੰ ਨਾਲ ਲਿਆਓ",
}
MAP = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 220"><style>.area{fill:#d7efe2;stroke:#0b5d5e}'
    "text{font-family:'Noto Sans';font-size:11px}</style>"
    '<path class="area" d="M40 40L280 30L290 190L60 200z"/><circle cx="150" cy="110" r="9"/>'
    '<text x="165" y="114">Quayside Family Hub</text></svg>'
)


def words(count: int, language: str = "en", start: int = 0) -> str:
    """So many words of a language; of one that has none here, English ones."""
    some = WORDS.get(language, WORDS["en"]).split()
    return " ".join(some[(start + number) % len(some)] for number in range(count)).capitalize()


def line(number: int, language: str = "en", **facts: object) -> Line:
    """A line with everything on it; ``facts`` name what matters to the test."""
    made = Line(
        kind="service",
        key=f"made-up-{number}",
        number=number,
        name=Text(f"{words(3, language, number)} {number}"),
        what=Text(f"{words(12, language, number)}."),
        tag="Everyone",
        who=Text("Ages: under 5"),
        when=Text("Wednesdays 10am to noon"),
        where=Text("Quayside Family Hub, 12 Fish Row, ZA1 2AB"),
        cost=Text("Free"),
        telephone=f"01632 960{number % 1000:03}",
        checked="Checked 9 days ago",
        href=f"{SITE}/service/made-up-{number}",
        qr=f"HTTPS://HELP.EXAMPLE.ORG/S/MADE-UP-{number}",
        topics=(TOPICS[number % len(TOPICS)],),
        point=(54.75 + number / 1000, 2.1),
        sessions=(Session(2, time(10), time(12)),),
    )
    return replace(made, **facts)  # type: ignore[arg-type]  # the test names fields of Line


def sheet(lines: int = 20, language: str = "en", order: SheetOrder = ORDER, **facts: object) -> Sheet:
    """A sheet with so many lines under five topics; ``facts`` name what matters to the test."""
    made = [line(number + 1, language) for number in range(lines)]
    sections = tuple(
        Section(topic, Text(words(2, language)), found)
        for topic in TOPICS
        if (found := tuple(one for one in made if topic in one.topics))
    )
    national = _national(language)
    whole = Sheet(
        order=replace(order, language=language),
        language=KNOWN[language],
        title=Text(f"{words(4, language)}: St Anne's Primary School"),
        subtitle=Text(words(10, language)),
        danger="In danger now? Ring 999. If you cannot speak, press 55. Nights and weekends: 01632 960999",
        hub=_hub(language),
        sections=sections,
        national=national,
        helplines=tuple(
            Helpline(f"line-{n}", Text(f"Helpline {n}"), Text(words(6, language)), ("116 123", "Text 85258"))
            for n in range(4)
        ),
        front_door=FrontDoor(
            words(3, language),
            words(8, language),
            "01632 960100",
            f"{SITE}/ask",
            "HTTPS://HELP.EXAMPLE.ORG/ASK",
        ),
        map=SheetMap(MAP, "Map: Quayside Family Hub is 0.4 miles north of the school.", "Made up"),
        more=More(0, "", f"{SITE}/results", "HTTPS://HELP.EXAMPLE.ORG/R"),
        version=Version(
            "7KXQ2M9P", f"{SITE}/v/7KXQ2M9P", "HTTPS://HELP.EXAMPLE.ORG/V/7KXQ2M9P", words(6, language)
        ),
        made_on=DAY,
        correct_on="Correct on 22 November 2026",
        publisher="Harbourmouth Council",
        published_by="Published by Harbourmouth Council",
        labels={key: words(1, language, number) for number, key in enumerate(LABELS)},
        notes=("Demonstration: all of this is made up.",),
        choosing_order=tuple((one.kind, one.key) for one in (*made, *national.lines)),
        total=lines + len(national.lines),
    )
    return replace(whole, **facts)  # type: ignore[arg-type]  # the test names fields of Sheet


def _hub(language: str) -> HubBox:
    return HubBox(
        key="quayside-family-hub",
        name=Text("Quayside Family Hub", "" if language == "en" else "en"),
        heading=words(3, language),
        address=Text("12 Fish Row, ZA1\u00a02AB"),
        distance="0.4 miles",
        telephone="01632 960101",
        week=words(4, language),
        days=tuple(OpenDay(name, "9am to 5pm") for name in ("Mon", "Tue", "Wed", "Thu", "Fri")),
        href=f"{SITE}/hub/quayside-family-hub",
        qr="HTTPS://HELP.EXAMPLE.ORG/H/QUAYSIDE-FAMILY-HUB",
        point=(54.751, 2.101),
    )


def _national(language: str) -> Section:
    return Section(
        "national",
        Text(words(3, language)),
        tuple(
            replace(line(900 + n, language), kind="catalogue", number=0, point=None, sessions=())
            for n in range(3)
        ),
    )
